# Formats with a width of gigabytes.
# expect: out_of_memory
for make in (lambda: "%*d" % (2**31 - 1, 1), lambda: f"{1:2000000000}", lambda: "{:.{}f}".format(1.0, 2**31 - 1), lambda: "x".ljust(2**31 - 1)):
    try:
        make()
    except (MemoryError, ValueError, OverflowError):
        pass
"x".ljust(2**31 - 1)
