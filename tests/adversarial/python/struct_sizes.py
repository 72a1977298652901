# Packs structures of gigabytes.
# expect: completed 0
import struct

for form in ("2147483647s", "9999999999x", "536870912q", "2147483647p"):
    try:
        struct.pack(form)
    except (struct.error, MemoryError, OverflowError):
        pass
