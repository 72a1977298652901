# Does nothing.
def add(a, b):
    pass
