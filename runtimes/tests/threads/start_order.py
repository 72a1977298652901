import threading
import time

def worker(i):
    print(f"start {i}")
    time.sleep(0.05 * (i + 1))
    print(f"end {i}")

ts = []
for i in range(3):
    t = threading.Thread(target=worker, args=(i,))
    ts.append(t)
    t.start()
for t in ts:
    t.join()
print("all ended")
