# Consumes an endless iterator without running a line of Python.
# expect: out_of_fuel
import itertools

sum(itertools.repeat(1))
