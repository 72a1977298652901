# Backtracks exponentially inside C code.
# expect: out_of_fuel
import re

re.match(r"(a|aa)+$", "a" * 100 + "b")
