import _thread
import time

lock = _thread.allocate_lock()
out = []

def work(n, scale=1):
    with lock:
        out.append(n * scale)

for i in range(3):
    _thread.start_new_thread(work, (i,), {"scale": 2})
time.sleep(0.05)
print(sorted(out))
