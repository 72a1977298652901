# Changes objects while the collector looks at them.
# expect: anything
import gc

gc.unfreeze()
gc.set_threshold(1)
gc.callbacks.append(lambda phase, info: [gc.collect(), gc.get_objects()])
for thing in gc.get_objects()[:20_000]:
    try:
        if type(thing) is dict and "__builtins__" not in thing:
            thing.clear()
    except Exception:
        pass
gc.collect()
