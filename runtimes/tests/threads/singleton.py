import threading

class Singleton:
    _instance = None
    _lock = threading.Lock()

    def __new__(cls):
        if cls._instance is None:
            with cls._lock:
                if cls._instance is None:
                    cls._instance = super().__new__(cls)
        return cls._instance

found = []
threads = [threading.Thread(target=lambda: found.append(Singleton())) for _ in range(5)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(len(found), len({id(x) for x in found}))
