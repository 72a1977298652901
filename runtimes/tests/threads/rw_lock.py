import threading
import time

class ReadWriteLock:
    def __init__(self):
        self._ready = threading.Condition(threading.Lock())
        self._readers = 0

    def acquire_read(self):
        with self._ready:
            self._readers += 1

    def release_read(self):
        with self._ready:
            self._readers -= 1
            if not self._readers:
                self._ready.notify_all()

    def acquire_write(self):
        self._ready.acquire()
        while self._readers > 0:
            self._ready.wait()

    def release_write(self):
        self._ready.release()

lock = ReadWriteLock()
value = 0
seen = []

def reader():
    lock.acquire_read()
    try:
        time.sleep(0.02)
        seen.append(value)
    finally:
        lock.release_read()

def writer():
    global value
    time.sleep(0.005)
    lock.acquire_write()
    try:
        value += 1
    finally:
        lock.release_write()

threads = [threading.Thread(target=f) for f in (reader, reader, writer)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(seen, value)
