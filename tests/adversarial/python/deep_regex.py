# Nests groups of a regular expression deeper than its compiler goes.
# expect: out_of_fuel
import re

re.compile("(" * 5_000 + ")" * 5_000)
