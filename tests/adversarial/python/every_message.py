# Hands the host messages of any length and kind: every first byte, with every sort of rest.
# expect: completed 0
import _host

for first in range(256):
    for rest in (b"", b"0", b"-1", b"\xff" * 9, b"1:2:3", b"99999999999999999999", b"{" * 1000, bytes(40)):
        if bytes([first]) + rest in (b">0",):
            continue
        try:
            _host.call(bytes([first]) + rest)
        except OSError:
            pass
