# Sets clocks and sleeps by numbers that are none.
# expect: completed 0
import asyncio
import datetime
import time

for n in (float("nan"), float("inf"), -1, -1e300, 1e300, 2**63, 2**64):
    for use in (time.sleep, time.gmtime, time.ctime, datetime.datetime.fromtimestamp, lambda n: asyncio.run(asyncio.sleep(n)) if n != n else None):
        try:
            use(n)
        except (ValueError, OverflowError, OSError):
            pass
