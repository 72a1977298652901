# Multiplies numbers of millions of digits inside C code.
# expect: out_of_fuel
x = 3 ** (10 ** 8)
