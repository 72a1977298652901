# Doubles a string until memory ends.
# expect: out_of_memory
s = "x"
while True:
    s += s
