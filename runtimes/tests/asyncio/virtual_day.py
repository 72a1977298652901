import asyncio
import time

async def main():
    start, wall = time.monotonic(), time.time()
    results = await asyncio.gather(*(asyncio.sleep(d, d) for d in (0.3, 0.1, 0.2)))
    return results, round(time.monotonic() - start, 1), round(time.time() - wall, 1)

print(asyncio.run(main()))
