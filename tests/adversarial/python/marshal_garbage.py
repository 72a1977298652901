# Loads code from garbage.
# expect: trap
import marshal
import random

good = marshal.dumps(compile("def f(x):\n    return [y for y in x]\n", "x", "exec"))
while True:
    bad = bytearray(good)
    for _ in range(3):
        bad[random.randrange(len(bad))] = random.randrange(256)
    try:
        exec(marshal.loads(bytes(bad)))
    except BaseException:
        pass
