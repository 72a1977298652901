# Swallows every exception in an endless loop.
# expect: out_of_fuel
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
