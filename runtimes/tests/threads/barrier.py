import threading
import time

barrier = threading.Barrier(3, action=lambda: print("all here"))
order = []

def worker(n):
    for step in range(2):
        time.sleep(0.01 * n)
        barrier.wait()
        order.append(step)

threads = [threading.Thread(target=worker, args=(n,)) for n in range(3)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(order, barrier.n_waiting, barrier.broken)
