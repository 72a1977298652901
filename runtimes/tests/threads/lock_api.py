import threading

lock = threading.Lock()
print(lock.acquire(), lock.locked(), lock.acquire(False), lock.acquire(blocking=False), lock.acquire(timeout=0.01))
lock.release()
try:
    lock.release()
except RuntimeError as e:
    print(e)
r = threading.RLock()
with r:
    with r:
        print(r.acquire(blocking=False))
    r.release()
try:
    r.release()
except RuntimeError as e:
    print(e)
for bad in (lambda: lock.acquire(False, 1), lambda: lock.acquire(True, -2)):
    try:
        bad()
    except ValueError as e:
        print(e)
held = []
def other():
    held.append(r.acquire(blocking=False))
with r:
    t = threading.Thread(target=other)
    t.start()
    t.join()
print(held)
import copy
try:
    copy.deepcopy(lock)
except TypeError as e:
    print(e)
