from concurrent.futures import ThreadPoolExecutor

def inner(n):
    return n + 1

def outer(n):
    with ThreadPoolExecutor(2) as ex:
        return sum(ex.map(inner, range(n)))

with ThreadPoolExecutor(2) as ex:
    print(list(ex.map(outer, range(5))))
