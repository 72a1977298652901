import threading
import time

class Repeat:
    def __init__(self, interval, function):
        self.interval, self.function = interval, function
        self.count = 0
        self._timer = None
        self._schedule()

    def _schedule(self):
        self._timer = threading.Timer(self.interval, self._run)
        self._timer.daemon = True
        self._timer.start()

    def _run(self):
        self.count += 1
        self.function(self.count)
        if self.count < 3:
            self._schedule()

ticks = []
Repeat(0.02, ticks.append)
time.sleep(0.3)
print(ticks)
