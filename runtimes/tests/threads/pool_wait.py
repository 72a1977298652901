import time
from concurrent.futures import ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION, ThreadPoolExecutor, wait

def task(delay, fail=False):
    time.sleep(delay)
    if fail:
        raise RuntimeError("failed")
    return delay

with ThreadPoolExecutor(4) as ex:
    fs = [ex.submit(task, d) for d in (0.05, 0.1, 0.15)]
    done, not_done = wait(fs, return_when=FIRST_COMPLETED)
    print(len(done), len(not_done), done.pop().result())
    done, not_done = wait(fs, timeout=0.07)
    print(len(done), len(not_done))
    done, not_done = wait(fs, return_when=ALL_COMPLETED)
    print(len(done), len(not_done))
    fs = [ex.submit(task, 0.2), ex.submit(task, 0.05, True)]
    done, not_done = wait(fs, return_when=FIRST_EXCEPTION)
    print(len(done), len(not_done))
