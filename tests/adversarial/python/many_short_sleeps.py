# Sleeps shortly, for ever, and swallows what would wake it.
# expect: out_of_time
import time

while True:
    try:
        time.sleep(0.5)
    except BaseException:
        pass
