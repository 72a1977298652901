import time
from concurrent.futures import ThreadPoolExecutor, as_completed

def task(delay):
    time.sleep(delay)
    return delay

with ThreadPoolExecutor(3) as ex:
    futures = [ex.submit(task, d) for d in (0.15, 0.05, 0.1)]
    print([f.result() for f in as_completed(futures)])
    results = ex.map(task, (0.1, 0.05))
    print(list(results))
