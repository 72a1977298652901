import threading
import time

class Background(threading.Thread):
    def __init__(self):
        super().__init__(daemon=True)
        self._stop_event = threading.Event()
        self.ticks = 0

    def stop(self):
        self._stop_event.set()

    def run(self):
        while not self._stop_event.is_set():
            self.ticks += 1
            self._stop_event.wait(0.1)

b = Background()
b.start()
time.sleep(0.35)
b.stop()
b.join()
print(b.ticks, b.is_alive())
