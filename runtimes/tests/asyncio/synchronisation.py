import asyncio

async def main():
    lock = asyncio.Lock()
    semaphore = asyncio.Semaphore(2)
    event = asyncio.Event()
    condition = asyncio.Condition()
    log = []

    async def locked(n):
        async with lock:
            log.append(f"in {n}")
            await asyncio.sleep(0)
            log.append(f"out {n}")

    active = most = 0

    async def limited():
        nonlocal active, most
        async with semaphore:
            active += 1
            most = max(most, active)
            await asyncio.sleep(0.01)
            active -= 1

    async def waiter(n):
        await event.wait()
        log.append(f"event {n}")

    async def conditional():
        async with condition:
            await condition.wait_for(lambda: len(log) >= 8)
            log.append("condition")

    tasks = [asyncio.create_task(waiter(n)) for n in range(2)]
    c = asyncio.create_task(conditional())
    await asyncio.gather(*(locked(n) for n in range(3)), *(limited() for _ in range(5)))
    event.set()
    await asyncio.gather(*tasks)
    async with condition:
        condition.notify_all()
    await c
    print(log, most, lock.locked())
    barrier = asyncio.Barrier(2)
    print(sorted(await asyncio.gather(barrier.wait(), barrier.wait())))

asyncio.run(main())
