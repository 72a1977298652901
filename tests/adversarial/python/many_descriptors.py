# Opens descriptors without end.
# expect: exception OSError
import os

while True:
    os.open("main.py", os.O_RDONLY)
