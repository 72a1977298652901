# Floods a descriptor past Python's own streams.
# expect: output_limit
import os

while True:
    os.write(2, b"x" * 1_000_000)
