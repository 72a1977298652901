# Takes all memory and gives it back, again and again.
# expect: out_of_fuel
while True:
    try:
        x = [bytearray(1 << 16) for _ in range(100_000)]
    except MemoryError:
        x = None
