"""Makes the interpreter's objects ready for a snapshot.

Counting references writes to the objects counted, and a page that was written must be restored after the program. What
is immortal is not counted. So all that lives when the snapshot is taken becomes immortal: no program outlives it.
"""

import gc
from types import CodeType

from assay_chance import watch

ALIGNMENT = 4

_CODE_PARTS = ("co_consts", "co_names", "co_filename", "co_name", "co_qualname", "co_linetable", "co_exceptiontable")


def freeze(door):
    """Makes all objects immortal, and keeps the collector from visiting them."""
    watch()
    gc.collect()
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
