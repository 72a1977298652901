import threading
import time

class Monitor:
    def __init__(self):
        self.states = {}
        self.lock = threading.Lock()
        self.changed = threading.Condition(self.lock)

    def set(self, name, state):
        with self.changed:
            self.states[name] = state
            self.changed.notify_all()

    def wait_all(self, state, timeout):
        with self.changed:
            return self.changed.wait_for(lambda: all(s == state for s in self.states.values()), timeout)

m = Monitor()

def job(name, duration):
    m.set(name, "running")
    time.sleep(duration)
    m.set(name, "done")

for i, d in enumerate((0.05, 0.02, 0.08)):
    m.set(i, "new")
    threading.Thread(target=job, args=(i, d)).start()
print(m.states)
print(m.wait_all("done", 0.001), m.wait_all("done", 5), m.states)
print(threading.active_count() >= 1)
