"""Makes the interpreter's objects ready for a snapshot.

Counting references writes to the objects counted, and a page that was written must be restored after the program. What
is immortal is not counted. So all that lives when the snapshot is taken becomes immortal: no program outlives it.

What a program allocates would lie in holes all over memory, and so on as many pages. So the holes are filled, and
programs find one large one.
"""

import gc
from types import CodeType

from assay_chance import watch

ALIGNMENT = 4

# How much memory programs find, in bytes: one that needs more has memory grow, and costs the next one a new instance.
ROOM = 8 << 20

# The sizes of what fills holes, the largest first; the allocator's step is 16 bytes.
_SIZES = (*(1 << shift for shift in range(20, 9, -1)), *range(1008, 0, -16))
_fillings = []

_CODE_PARTS = ("co_consts", "co_names", "co_filename", "co_name", "co_qualname", "co_linetable", "co_exceptiontable")


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
    # One bit for each place where an object can be: what takes more would enlarge the snapshot.
    found = bytearray()
    waiting = gc.get_objects()
    while waiting:
        thing = waiting.pop()
        place, rest = divmod(id(thing), ALIGNMENT)
        if rest:
            raise RuntimeError(f"an object at {id(thing):#x}")
        byte, bit = place >> 3, 1 << (place & 7)
        if byte >= len(found):
            found.extend(bytes(byte + 1 - len(found)))
        if not found[byte] & bit:
            found[byte] |= bit
            waiting += gc.get_referents(thing)
            if type(thing) is CodeType:  # the collector does not see into code
                waiting += [getattr(thing, part) for part in _CODE_PARTS]
    door(b"i" + found)
    gc.freeze()
