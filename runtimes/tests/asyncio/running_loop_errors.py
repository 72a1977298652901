import asyncio
import warnings

warnings.simplefilter("ignore")

async def main():
    loop = asyncio.get_running_loop()
    print(loop is asyncio.get_event_loop(), loop.is_running())
    coroutine = asyncio.sleep(0)
    try:
        asyncio.run(coroutine)
    except RuntimeError as e:
        print(e)
    coroutine.close()
    coroutine = asyncio.sleep(0)
    try:
        loop.run_until_complete(coroutine)
    except RuntimeError as e:
        print(e)
    coroutine.close()

asyncio.run(main())
try:
    asyncio.get_running_loop()
except RuntimeError as e:
    print(e)
