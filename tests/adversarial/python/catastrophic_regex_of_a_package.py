# Backtracks without end in a package's C code.
# expect: out_of_fuel
import regex

regex.match(r"(?:(?:a|aa|a?)+)+$", "a" * 5000 + "b")
