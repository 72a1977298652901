# Ends with a group of groups of exceptions four hundred deep and ten wide.
# expect: out_of_fuel
error = ValueError("x" * 1000)
for _ in range(400):
    error = ExceptionGroup("g" * 100, [error] * 10)
raise error
