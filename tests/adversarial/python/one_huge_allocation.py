# Asks for more memory than 32-bit code can address, piece by piece.
# expect: out_of_memory
xs = [bytearray(500_000_000) for _ in range(10)]
