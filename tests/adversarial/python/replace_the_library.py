# Overwrites the standard library for those who come after.
# expect: exception OSError
with open("/usr/local/lib/python315.zip", "r+b") as f:
    f.write(bytes(1000))
