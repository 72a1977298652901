# Ends threads whose successors have ended, in a ring.
# expect: completed 0
import _host


def f(n):
    def g():
        for other in range(1, 6):
            try:
                _host.call(b"-%d" % other)
                _host.call(b">%d" % ((other + n) % 6))
            except OSError:
                pass
    return g


functions = [f(n) for n in range(1, 6)]
for n, function in enumerate(functions, 1):
    _host.call(b"+%d:%d" % (n, id(function)))
for n in range(6):
    try:
        _host.call(b">%d" % n)
    except OSError:
        pass
