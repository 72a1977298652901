import threading
from concurrent.futures import ThreadPoolExecutor

local = threading.local()
made = []

def init(value):
    local.value = value
    made.append(value)

def use(n):
    return local.value + n

with ThreadPoolExecutor(2, initializer=init, initargs=(10,)) as ex:
    print(list(ex.map(use, range(4))))
print(set(made))
