import threading
import time

limit = threading.Semaphore(2)
active = 0
most = 0
lock = threading.Lock()

def work():
    global active, most
    with limit:
        with lock:
            active += 1
            most = max(most, active)
        time.sleep(0.01)
        with lock:
            active -= 1

threads = [threading.Thread(target=work) for _ in range(6)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(most, active)
b = threading.BoundedSemaphore(1)
try:
    b.release()
except ValueError as e:
    print(e)
