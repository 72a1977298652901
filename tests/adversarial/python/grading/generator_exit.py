# Raises an exception that is not an Exception.
def add(a, b):
    raise GeneratorExit
