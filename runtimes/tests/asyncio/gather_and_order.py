import asyncio
import time

async def work(name, delay):
    print("start", name)
    await asyncio.sleep(delay)
    print("end", name)
    return name

async def main():
    start = time.monotonic()
    print(await asyncio.gather(work("a", 0.2), work("b", 0.1), work("c", 0)))
    print(round(time.monotonic() - start, 1))
    results = await asyncio.gather(work("d", 0), fail(), return_exceptions=True)
    print(results)

async def fail():
    raise ValueError("no")

asyncio.run(main())
