# Copies memory with single instructions.
# expect: out_of_fuel
block = bytearray(64_000_000)
while True:
    block[:] = block
