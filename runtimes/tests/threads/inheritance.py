import threading
import time

class Base(threading.Thread):
    def __init__(self, log):
        super().__init__()
        self._log = log

    def step(self, n):
        time.sleep(0.001)
        self._log.append(("base", n))

    def run(self):
        for n in range(2):
            self.step(n)

class Derived(Base):
    def step(self, n):
        super().step(n)
        self._log.append(("derived", n, __class__.__name__))

    @staticmethod
    def helper(x):
        time.sleep(0.001)
        return x * 2

    @classmethod
    def make(cls, x):
        return cls.helper(x)

    @property
    def size(self):
        return len(self._log)

    def run(self):
        super().run()
        self._log.append(self.make(self.size))

d = Derived([])
d.start()
d.join()
print(d._log)
