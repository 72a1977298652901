# Unpacks archives of archives, in every format.
# expect: out_of_fuel
import bz2
import gzip
import lzma
import zlib

for module in (lzma, bz2, gzip):
    data = bytes(3_000_000)
    packed = module.compress(data)
    for _ in range(2):
        module.decompress(packed * 5)
