# Sends the host messages without end.
# expect: out_of_fuel
import _host

message = bytes(1_000_000)
while True:
    try:
        _host.call(message)
    except OSError:
        pass
