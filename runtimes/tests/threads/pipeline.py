import queue
import threading

STOP = object()

def stage(function, source, target):
    while True:
        item = source.get()
        if item is STOP:
            target.put(STOP)
            break
        target.put(function(item))

queues = [queue.Queue(maxsize=2) for _ in range(4)]
functions = [lambda x: x + 1, lambda x: x * 10, str]
threads = [
    threading.Thread(target=stage, args=(f, queues[i], queues[i + 1])) for i, f in enumerate(functions)
]
for t in threads:
    t.start()

def feed():
    for i in range(6):
        queues[0].put(i)
    queues[0].put(STOP)

threading.Thread(target=feed).start()
out = []
while (item := queues[-1].get()) is not STOP:
    out.append(item)
print(out)
