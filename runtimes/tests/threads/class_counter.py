import threading

class Counter:
    def __init__(self):
        self.__value = 0
        self._lock = threading.RLock()

    def increment(self, by=1):
        with self._lock:
            current = self.get()
            self.__value = current + by

    def get(self):
        with self._lock:
            return self.__value

class Worker(threading.Thread):
    def __init__(self, counter, *, rounds=10):
        super().__init__(name=f"worker-{rounds}")
        self.counter = counter
        self.rounds = rounds

    def run(self):
        for _ in range(self.rounds):
            self.counter.increment()
        self.result = f"{self.name}: {self.rounds}"

counter = Counter()
workers = [Worker(counter, rounds=n) for n in (5, 10, 20)]
for w in workers:
    w.start()
for w in workers:
    w.join()
print(counter.get(), [w.result for w in workers])
