import asyncio

async def main():
    try:
        await asyncio.wait_for(asyncio.sleep(10), timeout=0.05)
    except asyncio.TimeoutError:
        print("wait_for timed out")
    try:
        async with asyncio.timeout(0.05):
            await asyncio.sleep(10)
    except TimeoutError:
        print("timeout")
    async with asyncio.timeout(None) as t:
        t.reschedule(asyncio.get_running_loop().time() + 10)
        print(await asyncio.wait_for(asyncio.sleep(0.01, "value"), 1), t.expired())
    done, pending = await asyncio.wait(
        [asyncio.create_task(asyncio.sleep(d, d)) for d in (0.01, 0.5)], timeout=0.1
    )
    print([t.result() for t in done], len(pending))
    for t in pending:
        t.cancel()

asyncio.run(main())
