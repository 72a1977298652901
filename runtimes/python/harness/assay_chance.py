"""The module `random`, seeded when something of it is first used.

Seeding takes longer than many a program. And only the host knows the seed until then, so it knows which programs cannot
depend on it.
"""

import random
import sys
from types import ModuleType

_generator = random._inst
_seed = _generator.seed
_set_class = object.__dict__["__class__"].__set__
_door = __import__("_host").call


class _Unseeded(ModuleType):
    """What `random` is until then."""

    def __getattribute__(self, name):
        _set_class(self, ModuleType)
        _seed(int(_door(b"d")))
        return getattr(self, name)


def _bypasses():
    """Where the generator can be reached without the module."""
    for name, module in sys.modules.items():
        if module is not random and module is not sys.modules[__name__]:
            for attribute, value in vars(module).items():
                if getattr(value, "__self__", None) is _generator:
                    yield f"{name}.{attribute}"


if found := list(_bypasses()):
    raise RuntimeError(f"these would be used unseeded: {found}")
_set_class(random, _Unseeded)
