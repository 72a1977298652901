import threading
import time

def worker(delay):
    time.sleep(delay)
    print(f"{threading.current_thread().name} slept {delay}")

start = time.monotonic()
threads = [threading.Thread(target=worker, args=(d,), name=f"T{i}") for i, d in enumerate((0.15, 0.05, 0.1))]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(round(time.monotonic() - start, 1))
