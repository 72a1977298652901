import threading
import time

a, b = threading.Lock(), threading.Lock()
log = []

def first():
    with a:
        time.sleep(0.02)
        got = b.acquire(timeout=0.05)
        log.append(("first", got))
        if got:
            b.release()

def second():
    with b:
        time.sleep(0.02)
        got = a.acquire(timeout=0.5)
        log.append(("second", got))
        if got:
            a.release()

ts = [threading.Thread(target=f) for f in (first, second)]
for t in ts:
    t.start()
for t in ts:
    t.join()
print(log)
