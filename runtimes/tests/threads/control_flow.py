import queue
import threading
import time

log = []
q = queue.Queue()

class Resource:
    def __init__(self, name):
        self.name = name

    def __enter__(self):
        time.sleep(0.001)
        log.append(f"enter {self.name}")
        return self

    def __exit__(self, kind, value, trace):
        time.sleep(0.001)
        log.append(f"exit {self.name} {kind and kind.__name__}")
        return kind is KeyError

def work():
    for attempt in range(3):
        try:
            with Resource("a") as a, Resource("b") as b:
                if attempt == 0:
                    raise KeyError(a.name + b.name)
                if attempt == 1:
                    continue
                raise ValueError("out")
        except ValueError as error:
            log.append(str(error))
        else:
            log.append("else")
        finally:
            log.append(f"finally {attempt}")
            q.put(attempt)
    while (item := q.get()) is not None:
        match item:
            case 0 | 1:
                log.append(f"small {item}")
            case other if other > 1:
                log.append("large")
                q.put(None)
    return "unused"

t = threading.Thread(target=work)
t.start()
t.join()
print(*log, sep="\n")
