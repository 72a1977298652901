from concurrent.futures import ThreadPoolExecutor, as_completed

def square(n):
    return n * n

with ThreadPoolExecutor(max_workers=3) as executor:
    futures = {executor.submit(square, n): n for n in range(6)}
    print(sorted((futures[f], f.result()) for f in as_completed(futures)))
    print(list(executor.map(square, range(5))))
    print(list(executor.map(pow, [2, 3], [3, 2])))
