import asyncio
import contextlib

async def ticker(n):
    try:
        for i in range(n):
            yield i
            await asyncio.sleep(0.001)
    finally:
        print("closed")

@contextlib.asynccontextmanager
async def resource():
    print("open")
    await asyncio.sleep(0)
    try:
        yield "resource"
    finally:
        print("release")

class Countdown:
    def __init__(self, n):
        self.n = n

    def __aiter__(self):
        return self

    async def __anext__(self):
        if not self.n:
            raise StopAsyncIteration
        self.n -= 1
        await asyncio.sleep(0)
        return self.n

async def main():
    print([i async for i in ticker(3)])
    async with resource() as r, contextlib.AsyncExitStack() as stack:
        stack.callback(print, "callback")
        print(r, [n async for n in Countdown(3)])
    async for i in ticker(5):
        if i == 1:
            break
    print("end")

asyncio.run(main())
