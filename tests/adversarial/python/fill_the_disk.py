# Writes one file until the disk is full.
# expect: file_limit
with open("f", "wb") as f:
    while True:
        f.write(bytes(1 << 16))
