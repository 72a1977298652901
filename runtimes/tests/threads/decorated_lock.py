import functools
import threading

def synchronized(lock):
    def decorator(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            with lock:
                return function(*args, **kwargs)
        return wrapper
    return decorator

def threaded(function):
    @functools.wraps(function)
    def run(*args, **kwargs):
        t = threading.Thread(target=function, args=args, kwargs=kwargs)
        t.start()
        return t
    return run

lock = threading.Lock()
log = []

@threaded
@synchronized(lock)
def record(value, *, times=1):
    log.extend([value] * times)

ts = [record(1), record(2, times=2), record(3)]
for t in ts:
    t.join()
print(log, record.__name__)
