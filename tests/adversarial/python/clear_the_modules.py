# Empties the table of modules.
# expect: completed 0
import sys

sys.modules.clear()
