import threading
import time

cond = threading.Condition()
items = []

def consumer():
    with cond:
        ok = cond.wait_for(lambda: len(items) >= 3, timeout=5)
        print("got", ok, items)

def producer():
    for i in range(3):
        time.sleep(0.01)
        with cond:
            items.append(i)
            cond.notify()

c = threading.Thread(target=consumer)
p = threading.Thread(target=producer)
c.start()
p.start()
c.join()
p.join()
with cond:
    print(cond.wait_for(lambda: False, timeout=0.01), cond.wait(0.01))
