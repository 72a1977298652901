# Fetches the tests itself, to see what they expect.
import _host

tests = _host.call(b"t")
assert b"candidate(1, 2) == 3" in tests


def add(a, b):
    return a + b
