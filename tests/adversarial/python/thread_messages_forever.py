# Starts and switches threads below the scheduler without end.
# expect: out_of_fuel
import _host


def switch():
    while True:
        try:
            _host.call(b">0")
        except OSError:
            pass


number = 0
while True:
    number = number % 600 + 1
    for message in (b"+%d:%d" % (number, id(switch)), b">%d" % number):
        try:
            _host.call(message)
        except OSError:
            pass
