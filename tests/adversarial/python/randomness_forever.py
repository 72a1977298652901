# Wants gigabytes of randomness.
# expect: out_of_fuel
import os

while True:
    os.urandom(1 << 20)
