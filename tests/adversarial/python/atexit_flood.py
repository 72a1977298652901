# Registers functions at exit that register functions at exit.
# expect: completed 0
import atexit


def again():
    atexit.register(again)
    print("x" * 1000)


again()
