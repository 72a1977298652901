import asyncio
import threading
import time

def blocking(n):
    time.sleep(0.1)
    return n, threading.current_thread() is threading.main_thread()

async def main():
    loop = asyncio.get_running_loop()
    start = time.monotonic()
    ticks = 0

    async def tick():
        nonlocal ticks
        while True:
            await asyncio.sleep(0.03)
            ticks += 1

    t = asyncio.create_task(tick())
    print(await asyncio.gather(*(loop.run_in_executor(None, blocking, n) for n in range(3))))
    print(await asyncio.to_thread(blocking, 7), round(time.monotonic() - start, 1), ticks)
    t.cancel()

asyncio.run(main())
