# Recurses through C code in many threads at once.
# expect: out_of_fuel
import json
import threading

deep = []
for _ in range(10_000):
    deep = [deep]


def f():
    for use in (repr, json.dumps, str, hash, lambda x: x == [x]):
        try:
            use(deep)
        except (RecursionError, TypeError):
            pass


threads = [threading.Thread(target=f) for _ in range(10)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
