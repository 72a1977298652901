import asyncio
import threading

loop = asyncio.new_event_loop()

def run():
    asyncio.set_event_loop(loop)
    loop.run_forever()

t = threading.Thread(target=run, daemon=True)
t.start()

async def add(a, b):
    await asyncio.sleep(0.01)
    return a + b

print(asyncio.run_coroutine_threadsafe(add(1, 2), loop).result(timeout=5))
futures = [asyncio.run_coroutine_threadsafe(add(n, n), loop) for n in range(3)]
print([f.result() for f in futures])
loop.call_soon_threadsafe(loop.stop)
t.join()
loop.close()
print(loop.is_closed(), t.is_alive())
