# Warns without end, with objects whose texts are endless.
# expect: output_limit
import warnings

warnings.simplefilter("always")
while True:
    warnings.warn("x" * 10_000)
