# Nests source deeper than the parser goes.
# expect: exception MemoryError
eval("(" * 100_000 + ")" * 100_000)
