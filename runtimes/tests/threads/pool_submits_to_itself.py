from concurrent.futures import ThreadPoolExecutor

ex = ThreadPoolExecutor(max_workers=4)

def fact(n):
    if n <= 1:
        return 1
    return n * ex.submit(fact, n - 1).result()

print(ex.submit(fact, 4).result())
ex.shutdown()
