import itertools
import queue
import threading

q = queue.PriorityQueue()
counter = itertools.count()
for priority, name in ((3, "low"), (1, "high"), (2, "mid")):
    q.put((priority, next(counter), name))
out = []

def worker():
    while not q.empty():
        try:
            _, _, name = q.get_nowait()
        except queue.Empty:
            return
        out.append(name)
        q.task_done()

t = threading.Thread(target=worker)
t.start()
q.join()
print(out)
stack = queue.LifoQueue()
for i in range(3):
    stack.put(i)
print([stack.get() for _ in range(3)])
try:
    stack.get(timeout=0.05)
except queue.Empty:
    print("empty")
small = queue.Queue(1)
small.put(1)
try:
    small.put(2, timeout=0.05)
except queue.Full:
    print("full", small.full(), small.qsize())
