# Delegates through fifty thousand generators.
# expect: completed 0
def chain(inner):
    yield from inner


g = iter(())
for _ in range(50_000):
    g = chain(g)
list(g)
