from multiprocessing.dummy import Pool
from multiprocessing.pool import ThreadPool

def cube(n):
    return n ** 3

with ThreadPool(3) as pool:
    print(pool.map(cube, range(5)))
    print(pool.apply_async(cube, (4,)).get(timeout=1))
    print(pool.starmap(pow, [(2, 3), (3, 2)]))
    print(list(pool.imap(cube, range(3))), sorted(pool.imap_unordered(cube, range(3))))
pool = Pool(2)
print(pool.map(cube, [1, 2]))
pool.close()
pool.join()
