# Nests JSON deeper than any stack.
# expect: stack_overflow
import json

json.loads("[" * 2_000_000)
