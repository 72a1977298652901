import queue
import threading

def numbers(n):
    for i in range(n):
        yield i * i

def run(generator, q):
    for item in generator:
        q.put(item)
    q.put(StopIteration)

q = queue.Queue(1)
threading.Thread(target=run, args=(numbers(5), q)).start()
print(list(iter(q.get, StopIteration)))
