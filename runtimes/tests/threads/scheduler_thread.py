import heapq
import threading
import time

class Scheduler:
    def __init__(self):
        self.heap = []
        self.cond = threading.Condition()
        self.log = []
        self.thread = threading.Thread(target=self.loop, daemon=True)
        self.thread.start()

    def add(self, delay, name):
        with self.cond:
            heapq.heappush(self.heap, (time.monotonic() + delay, name))
            self.cond.notify()

    def loop(self):
        while True:
            with self.cond:
                while not self.heap:
                    self.cond.wait()
                due, name = self.heap[0]
                delay = due - time.monotonic()
                if delay > 0:
                    self.cond.wait(delay)
                    continue
                heapq.heappop(self.heap)
            self.log.append(name)

s = Scheduler()
s.add(0.1, "late")
s.add(0.03, "early")
s.add(0.06, "middle")
time.sleep(0.2)
print(s.log)
