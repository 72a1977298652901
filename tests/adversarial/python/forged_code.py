# Runs random bytecode until it crashes.
# expect: trap
import random


def victim(a, b):
    return a + b


while True:
    code = bytes(random.randrange(256) for _ in range(64))
    try:
        victim.__code__ = victim.__code__.replace(co_code=code, co_stacksize=1)
        victim(1, [])
    except BaseException:
        pass
