import threading
import time

fired = []
t = threading.Timer(0.05, fired.append, args=("fired",))
cancelled = threading.Timer(0.05, lambda: fired.append("cancelled"))
t.start()
cancelled.start()
cancelled.cancel()
print(fired)
time.sleep(0.15)
print(fired, t.is_alive(), cancelled.is_alive())
