import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

async def main():
    start = time.monotonic()
    results = await asyncio.gather(*(asyncio.to_thread(slow, n) for n in range(3)))
    print(results, round(time.monotonic() - start, 1))
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(2) as pool:
        print(await loop.run_in_executor(pool, sum, [1, 2, 3]))
        try:
            await loop.run_in_executor(pool, int, "x")
        except ValueError as e:
            print(e)

def slow(n):
    time.sleep(0.1)
    return n

asyncio.run(main())

async def answer(n):
    await asyncio.sleep(0.01)
    return n

out = []
t = threading.Thread(target=lambda: out.append(asyncio.run(answer(42))))
t.start()
t.join()
print(out)
