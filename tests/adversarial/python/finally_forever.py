# Starts over in `finally` whatever ends the loop.
# expect: out_of_fuel
def spin():
    try:
        while True:
            pass
    finally:
        spin()


spin()
