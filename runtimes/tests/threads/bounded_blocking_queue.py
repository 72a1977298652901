import threading
from collections import deque

class BoundedBlockingQueue:
    def __init__(self, capacity):
        self.capacity = capacity
        self.items = deque()
        self.lock = threading.Lock()
        self.not_full = threading.Condition(self.lock)
        self.not_empty = threading.Condition(self.lock)

    def enqueue(self, element):
        with self.not_full:
            while len(self.items) >= self.capacity:
                self.not_full.wait()
            self.items.append(element)
            self.not_empty.notify()

    def dequeue(self):
        with self.not_empty:
            while not self.items:
                self.not_empty.wait()
            item = self.items.popleft()
            self.not_full.notify()
            return item

    def size(self):
        with self.lock:
            return len(self.items)

q = BoundedBlockingQueue(2)
out = []
producer = threading.Thread(target=lambda: [q.enqueue(i) for i in range(6)])
consumer = threading.Thread(target=lambda: [out.append(q.dequeue()) for _ in range(6)])
producer.start()
consumer.start()
producer.join()
consumer.join()
print(out, q.size())
