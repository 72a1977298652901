import queue
import threading

def producer(q, items):
    for item in items:
        q.put(item)
    q.put(None)

def consumer(q, out):
    while True:
        item = q.get()
        if item is None:
            break
        out.append(item * 2)

q = queue.Queue()
out = []
p = threading.Thread(target=producer, args=(q, range(10)))
c = threading.Thread(target=consumer, args=(q, out))
c.start()
p.start()
p.join()
c.join()
print(out)
