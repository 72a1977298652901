# Aborts the process.
# expect: trap
import os

os.abort()
