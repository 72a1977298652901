# Starts threads at addresses that are no functions, and switches to threads that are not there.
# expect: completed 0
import _host

for message in (b"+7:4", b"+8:4294967295", b"+9:65536", b">7", b"-7", b">9", b">8"):
    try:
        _host.call(message)
    except OSError:
        pass
