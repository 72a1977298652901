# Makes a file of a tebibyte of nothing.
# expect: file_limit
with open("f", "wb") as f:
    f.truncate(1 << 40)
