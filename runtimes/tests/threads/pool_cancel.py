import time
from concurrent.futures import CancelledError, ThreadPoolExecutor

def slow(n):
    time.sleep(0.1)
    return n

ex = ThreadPoolExecutor(max_workers=1)
first = ex.submit(slow, 1)
second = ex.submit(slow, 2)
print(first.cancel(), second.cancel(), second.cancelled(), second.done())
try:
    second.result()
except CancelledError:
    print("cancelled")
try:
    first.result(timeout=0.01)
except TimeoutError:
    print("timeout")
print(first.result())
ex.shutdown(wait=True, cancel_futures=True)
