import asyncio

async def ok(n):
    await asyncio.sleep(0.01 * n)
    return n

async def bad():
    await asyncio.sleep(0.015)
    raise KeyError("bad")

async def main():
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(ok(n)) for n in range(3)]
    print([t.result() for t in tasks])
    try:
        async with asyncio.TaskGroup() as group:
            slow = group.create_task(ok(100))
            group.create_task(bad())
    except* KeyError as errors:
        print([repr(e) for e in errors.exceptions], slow.cancelled())

asyncio.run(main())
