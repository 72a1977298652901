# Starts threads until there can be no more, each of which starts more.
# expect: out_of_fuel
import threading


def breed():
    while True:
        threading.Thread(target=breed).start()


breed()
