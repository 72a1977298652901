"""The module `random`, seeded when something of it is first used.

Seeding takes longer than many a program. And only the host knows the seed until then, so it knows which programs cannot
depend on it. Generators that cannot be watched are seeded before the program, and then it may depend on the seed.
"""

import random
import sys
from types import ModuleType

_generator = random._inst
_seed = _generator.seed
_METHODS = (type(_generator.random), type(_generator.randint))
_set_class = object.__dict__["__class__"].__set__
_door = __import__("_host").call

# Functions of the seed that seed what a program may use unnoticed.
seeders = []


def start():
    """Seeds what must be seeded before the program runs."""
    if seeders:
        number = int(_door(b"d"))
        for seed in seeders:
            seed(number)


class _Unseeded(ModuleType):
    """What `random` is until then."""

    def __getattribute__(self, name):
        _set_class(self, ModuleType)
        _seed(int(_door(b"d")))
        return getattr(self, name)


def _bypasses():
    """Where the generator can be reached without the module."""
    for name, module in sys.modules.items():
        if module is not random:
            for attribute, value in vars(module).items():
                if type(value) in _METHODS and value.__self__ is _generator:
                    yield f"{name}.{attribute}"


def watch():
    """From now on the module's use is seen, if seeds aren't drawn for every program anyway."""
    if seeders:
        seeders.append(_seed)
        return
    if found := list(_bypasses()):
        raise RuntimeError(f"these would be used unseeded: {found}")
    _set_class(random, _Unseeded)
