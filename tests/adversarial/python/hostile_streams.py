# Puts objects in place of the streams that raise whatever one does.
# expect: exception ZeroDivisionError
import sys


class Stream:
    def __getattribute__(self, name):
        raise SystemExit(0)


sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = Stream()
1 / 0
