import queue
import threading

q = queue.Queue(maxsize=2)
log = []

def producer():
    for i in range(8):
        q.put(i)
    q.put(None)

def consumer():
    for item in iter(q.get, None):
        log.append(item)

threads = [threading.Thread(target=producer), threading.Thread(target=consumer)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(log, q.empty())
