# Resizes what is being read.
# expect: completed 0
import array
import itertools


class Evil:
    def __index__(self):
        data.clear()
        return 1

    def __eq__(self, other):
        things.clear()
        return False


data = bytearray(1_000_000)
things = [Evil() for _ in range(1000)]
for use in (lambda: data.__setitem__(999_999, Evil()), lambda: things.index(3), lambda: things.remove(3), lambda: array.array("i", [1] * 10).__setitem__(9, Evil())):
    try:
        use()
    except (IndexError, ValueError):
        pass
