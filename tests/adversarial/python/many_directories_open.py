# Reads directories without closing them, and duplicates descriptors.
# expect: completed 0
import os

kept = []
try:
    while True:
        kept.append(os.scandir("/usr/local/lib"))
        next(kept[-1])
        kept.append(os.dup(0))
except OSError:
    pass
