import threading
import time
from concurrent.futures import ThreadPoolExecutor

class Cache:
    def __init__(self):
        self.values = {}
        self.lock = threading.Lock()
        self.computed = 0

    def get(self, key):
        with self.lock:
            if key not in self.values:
                time.sleep(0.005)
                self.computed += 1
                self.values[key] = key * key
            return self.values[key]

cache = Cache()
with ThreadPoolExecutor(4) as ex:
    print(list(ex.map(cache.get, [1, 2, 1, 2, 3])), cache.computed)
