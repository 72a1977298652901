# Takes memory in a list until there is none.
# expect: out_of_memory
xs = []
while True:
    xs.append([0] * 100_000)
