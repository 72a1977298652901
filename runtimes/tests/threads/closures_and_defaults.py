import threading
import time
from functools import partial

def make(prefix, *, sep="-"):
    count = 0
    lock = threading.Lock()

    def step(name, times=2, *more, end="!", **extra):
        nonlocal count
        for _ in range(times):
            time.sleep(0.01)
            with lock:
                count += 1
                yielded.append(f"{prefix}{sep}{name}{count}{end}{more}{sorted(extra)}")
        return count

    return step, lambda: count

yielded = []
step, total = make("p")
ts = [
    threading.Thread(target=step, args=("a",)),
    threading.Thread(target=partial(step, "b", end="?"), kwargs={"x": 1}),
    threading.Thread(target=lambda: step("c", 1, 7)),
]
for t in ts:
    t.start()
    t.join()
print(yielded, total())
