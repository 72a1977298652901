# Sorts with a key that sorts with a key that sorts.
# expect: exception RecursionError
def key(n):
    return sorted([n], key=key)[0]


key(1)
