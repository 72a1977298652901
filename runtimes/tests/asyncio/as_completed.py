import asyncio

async def work(d):
    await asyncio.sleep(d)
    return d

async def main():
    print([await f for f in asyncio.as_completed([work(d) for d in (0.03, 0.01, 0.02)])])
    done, pending = await asyncio.wait(
        {asyncio.create_task(work(d)) for d in (0.01, 0.05)}, return_when=asyncio.FIRST_COMPLETED
    )
    print([t.result() for t in done], len(pending))
    await asyncio.gather(*pending)
    print(len(asyncio.all_tasks()), asyncio.current_task().get_name())

asyncio.run(main())
