import queue
import threading
import time

class Gatherer:
    def __init__(self):
        self.__queues = [queue.Queue(1) for _ in range(2)]
        self.total = {}

    def feed(self, index, values):
        [self.__queues[index].put(v) for v in values]

    def gather(self, n):
        rows = [[q.get() for q in self.__queues] for _ in range(n)]
        self.total = {i: sum(row) for i, row in enumerate(rows)}
        return rows

    def run(self):
        self.rows = self.gather(3)
        self.squares = {x * x for x in self.rows[0] if x}

g = Gatherer()
ts = [threading.Thread(target=g.feed, args=(i, range(i, i + 3))) for i in range(2)]
ts.append(threading.Thread(target=g.run))
for t in ts:
    t.start()
for t in ts:
    t.join()
print(g.rows, g.total, g.squares)
