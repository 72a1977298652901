import atexit
import threading
import time

atexit.register(print, "atexit")

def work():
    time.sleep(0.05)
    print("thread done")

threading.Thread(target=work).start()
threading.Thread(target=lambda: time.sleep(100), daemon=True).start()
print("main done")
