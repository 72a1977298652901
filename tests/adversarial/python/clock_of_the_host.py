# Looks for a clock that tells the host's time, and makes one of a thread that counts.
# expect: completed 0
import os
import threading
import time

begun = time.perf_counter_ns()
assert time.gmtime().tm_year == 2026, time.gmtime()
for name in dir(time):
    if name.startswith("CLOCK_"):
        try:
            seconds = time.clock_gettime(getattr(time, name))
        except OSError:
            continue
        assert seconds < 10 or time.gmtime(seconds)[:3] == (2026, 1, 1), name
assert os.stat("main.py").st_mtime == os.stat("main.py").st_ctime == os.stat("/tmp").st_mtime
counter = 0


def count():
    global counter
    while counter < 100_000:
        counter += 1


thread = threading.Thread(target=count)
thread.start()
assert counter in (0, 100_000), counter
thread.join()
assert time.perf_counter_ns() - begun < 1_000_000_000
