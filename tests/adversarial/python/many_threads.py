# Starts threads until there can be no more, each of which starts more.
# expect: out_of_fuel
import threading


def breed():
    while True:
        try:
            threading.Thread(target=breed).start()
        except BaseException:
            pass


breed()
