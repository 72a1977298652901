import threading
import time

class RateLimiter:
    def __init__(self, rate):
        self.interval = 1 / rate
        self.lock = threading.Lock()
        self.next = time.monotonic()

    def __enter__(self):
        with self.lock:
            now = time.monotonic()
            delay = max(0, self.next - now)
            self.next = max(self.next, now) + self.interval
        time.sleep(delay)

    def __exit__(self, *args):
        pass

limiter = RateLimiter(20)
start = time.monotonic()
times = []

def call():
    with limiter:
        times.append(round((time.monotonic() - start) * 20))

threads = [threading.Thread(target=call) for _ in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(times)
