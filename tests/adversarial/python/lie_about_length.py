# Lies about lengths to C code.
# expect: completed 0
class L(list):
    def __len__(self):
        return 2**31 - 1

    def __length_hint__(self):
        return 2**31 - 1


class I:
    def __iter__(self):
        return iter(())

    def __length_hint__(self):
        return 2**31 - 2


for use in (list, tuple, bytearray, lambda x: [*x], lambda x: b"".join(L()), lambda x: list(L())):
    try:
        use(I())
    except (MemoryError, OverflowError, TypeError):
        pass
