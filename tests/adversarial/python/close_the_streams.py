# Closes the standard streams below Python.
# expect: completed 3
import os
import sys

for fd in range(10):
    try:
        os.close(fd)
    except OSError:
        pass
sys.exit(3)
