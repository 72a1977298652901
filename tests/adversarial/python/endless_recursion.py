# Recurses in Python without end.
# expect: exception RecursionError
def f():
    f()


f()
