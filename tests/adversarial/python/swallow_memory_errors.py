# Takes all memory, and goes on in the little that is left.
# expect: out_of_fuel
xs = []
while True:
    try:
        xs.append(bytearray(1 << 20))
    except MemoryError:
        pass
