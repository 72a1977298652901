# Sleeps longer than anyone waits.
# expect: out_of_time
import time

time.sleep(10**9)
