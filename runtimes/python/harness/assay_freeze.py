"""Makes the interpreter's objects ready for a snapshot.

Counting references writes to the objects counted, and a page that was written must be restored after the program. What
is immortal is not counted. So all that lives when the snapshot is taken becomes immortal: no program outlives it.
"""

import gc
from array import array
from types import CodeType

_CODE_PARTS = ("co_consts", "co_names", "co_filename", "co_name", "co_qualname", "co_linetable", "co_exceptiontable")


def freeze(door):
    """Makes all objects immortal, and keeps the collector from visiting them."""
    gc.collect()
    # An address is told only together with a reference: what is freed before the host has seen it is no object.
    found = {}
    waiting = gc.get_objects()
    while waiting:
        thing = waiting.pop()
        if thing is found or id(thing) in found:
            continue
        found[id(thing)] = thing
        waiting += gc.get_referents(thing)
        if type(thing) is CodeType:  # the collector does not see into code
            waiting += [getattr(thing, part) for part in _CODE_PARTS]
    door(b"i" + array("I", found).tobytes())
    found.clear()
    gc.freeze()
