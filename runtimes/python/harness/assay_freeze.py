"""Makes the interpreter's objects ready for a snapshot.

Counting references writes to the objects counted, and a page that was written must be restored after the program. What
is immortal is not counted. So all that lives when the snapshot is taken becomes immortal: no program outlives it.

What a program allocates would lie in holes all over memory, and so on as many pages. So the holes are filled, and
programs find one large one.
"""

import gc
from array import array
from itertools import chain, filterfalse
from operator import attrgetter
from sys import _is_immortal
from types import CodeType

from assay_chance import watch

# How many things are asked at once what they refer to: what is known of them meanwhile must find room.
GROUP = 1 << 14

# How much memory programs find, in bytes: one that needs more has memory grow, and costs the next one a new instance.
ROOM = 8 << 20

# The sizes of what fills holes, the largest first; the allocator's step is 16 bytes.
_SIZES = (*(1 << shift for shift in range(20, 9, -1)), *range(1008, 0, -16))
_fillings = []

_code_parts = attrgetter(
    "co_consts", "co_names", "co_filename", "co_name", "co_qualname", "co_linetable", "co_exceptiontable"
)


def _fill_holes():
    """Leaves `ROOM` bytes in one piece, and few holes below."""
    _fillings[:] = [None] * 200_000  # growing by and by, the list itself would leave holes
    room = bytes(ROOM)
    count = 0
    for size in _SIZES:
        while count < len(_fillings):
            filling = bytes(size)
            if id(filling) > id(room):
                break
            _fillings[count] = filling
            count += 1


def freeze(door):
    """Makes all objects immortal, and keeps the collector from visiting them."""
    watch()
    gc.collect()
    _fill_holes()
    # The collector knows most containers; the rest, and what is no container, hangs on them.
    _make_immortal(door, objects := gc.get_objects())
    waiting = _make_immortal(door, _referents(objects))
    del objects
    while waiting:
        group = waiting[-GROUP:]
        del waiting[-GROUP:]
        # What is immortal already has been here.
        waiting += _make_immortal(door, list(filterfalse(_is_immortal, _referents(group))))
    gc.freeze()


def _referents(things):
    """What the things refer to."""
    # The collector does not see into code.
    parts = map(_code_parts, [thing for thing in things if type(thing) is CodeType])
    return [*gc.get_referents(*things), *chain.from_iterable(parts)]


def _make_immortal(door, things):
    """Makes the things immortal, and returns them, each once."""
    found = dict(zip(map(id, things), things))
    door(b"i" + array("I", found).tobytes())
    return list(found.values())
