# Reads more input than there is.
# expect: out_of_fuel
import sys

while True:
    sys.stdin.read()
    sys.stdin.buffer.read(1_000_000)
