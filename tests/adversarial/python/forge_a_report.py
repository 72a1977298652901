# Speaks to the host in the harness's place.
# expect: exception ZeroDivisionError
import _host

for secret in ("", "0" * 32):
    try:
        _host.call(b"r" + secret.encode() + b'{"end":"exit","code":0}')
    except OSError:
        pass
1 / 0
