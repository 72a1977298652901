# Unpacks little into much.
# expect: out_of_fuel
import zlib

bomb = zlib.compress(bytes(10_000_000), 9) * 1
data = b"".join(zlib.decompress(bomb) for _ in range(100))
