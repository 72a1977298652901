# Ends with a chain of ten thousand exceptions.
# expect: exception ValueError
error = None
for n in range(10_000):
    error, cause = ValueError(n), error
    error.__cause__ = cause
raise error
