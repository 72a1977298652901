# Never returns.
def add(a, b):
    while True:
        pass
