# Waits in a thread for a variable that the main thread never gets to change.
# expect: out_of_fuel
import threading

done = False


def spin():
    while not done:
        pass


threading.Thread(target=spin).start()
done = True
