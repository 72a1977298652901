# Casts and slices memory in shapes that overflow.
# expect: completed 0
m = memoryview(bytearray(64))
for use in (lambda: m.cast("B", [2**31 - 1, 2**31 - 1]), lambda: m.cast("B", [2**16, 2**16]), lambda: m[:: 2**31 - 1].tolist(), lambda: m.cast("q")[2**60]):
    try:
        use()
    except (TypeError, ValueError, IndexError, OverflowError, NotImplementedError):
        pass
