import asyncio

async def value(n):
    await asyncio.sleep(0.01)
    return n

loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
print(asyncio.get_event_loop() is loop, loop.run_until_complete(value(1)))
print(loop.run_until_complete(asyncio.gather(value(2), value(3))))
calls = []
loop.call_soon(calls.append, "soon")
loop.call_later(0.2, calls.append, "later")
loop.call_at(loop.time() + 0.1, calls.append, "at")
cancelled = loop.call_later(0.05, calls.append, "cancelled")
cancelled.cancel()
loop.call_later(0.3, loop.stop)
loop.run_forever()
print(calls, loop.is_running(), loop.is_closed())
loop.close()
try:
    loop.run_until_complete(asyncio.sleep(0))
except RuntimeError as e:
    print(e)
