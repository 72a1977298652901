import asyncio

async def worker(log):
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        log.append("cancelled")
        raise
    finally:
        log.append("cleanup")

async def main():
    log = []
    task = asyncio.create_task(worker(log), name="w")
    await asyncio.sleep(0)
    task.cancel("stop it")
    try:
        await task
    except asyncio.CancelledError as e:
        print(log, e.args, task.cancelled(), task.get_name())
    shielded = asyncio.create_task(asyncio.sleep(0.05, "done"))
    try:
        await asyncio.wait_for(asyncio.shield(shielded), 0.01)
    except TimeoutError:
        print("timed out", shielded.done())
    print(await shielded)
    asyncio.create_task(worker(log))
    await asyncio.sleep(0)

asyncio.run(main())
print("end")
