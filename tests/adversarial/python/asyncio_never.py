# Waits for what nobody ever does.
# expect: exception RuntimeError
import asyncio

asyncio.run(asyncio.Event().wait())
