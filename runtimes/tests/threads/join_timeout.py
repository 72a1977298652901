import threading
import time

def slow():
    time.sleep(0.3)

t = threading.Thread(target=slow)
t.start()
t.join(timeout=0.05)
print(t.is_alive())
t.join()
print(t.is_alive())
