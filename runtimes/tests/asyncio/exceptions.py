import asyncio

async def fails():
    await asyncio.sleep(0)
    raise RuntimeError("inside")

async def main():
    task = asyncio.create_task(fails())
    try:
        await task
    except RuntimeError as e:
        print(e, task.exception() is e)
    try:
        await asyncio.gather(fails(), asyncio.sleep(1))
    except RuntimeError as e:
        print("gather", e)
    handled = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: handled.append(context["message"]))
    asyncio.get_running_loop().call_soon(lambda: 1 / 0)
    await asyncio.sleep(0.01)
    print(len(handled))
    future = asyncio.get_running_loop().create_future()
    future.set_result(5)
    print(await future, future.done())
    try:
        future.set_result(6)
    except asyncio.InvalidStateError as e:
        print(e)

asyncio.run(main())
try:
    asyncio.run(fails())
except RuntimeError as e:
    print("run", e)
