# Starts tasks that start tasks.
# expect: out_of_fuel
import asyncio


async def breed():
    while True:
        asyncio.create_task(breed())
        await asyncio.sleep(0)


asyncio.run(breed())
