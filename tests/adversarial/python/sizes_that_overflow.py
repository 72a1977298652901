# Multiplies sequences until their sizes overflow.
# expect: completed 0
for thing in ("x", b"x", [1], (1,), bytearray(1), range(10)):
    for n in (2**31 - 1, 2**30, 2**29, 2**62):
        try:
            thing * n
        except (MemoryError, OverflowError, TypeError):
            pass
