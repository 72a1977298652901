import threading
from concurrent.futures import Future, ThreadPoolExecutor

step1, step2 = Future(), Future()

def first():
    step1.set_result(1)
    return step2.result() + 1

def second():
    step2.set_result(step1.result() + 10)

with ThreadPoolExecutor(2) as ex:
    a = ex.submit(first)
    b = ex.submit(second)
    print(a.result(), b.result())
f = Future()
threading.Timer(0.01, f.set_exception, args=(ValueError("late"),)).start()
try:
    f.result(timeout=5)
except ValueError as e:
    print(e)
