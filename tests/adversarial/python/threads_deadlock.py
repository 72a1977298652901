# Lets threads wait for each other.
# expect: exception RuntimeError
import threading

a, b = threading.Lock(), threading.Lock()
a.acquire()
b.acquire()
threads = [threading.Thread(target=lock.acquire) for lock in (a, b) for _ in range(100)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
