# Looks for secrets in the environment.
# expect: completed 0
import os

expected = {"HOME", "MPLBACKEND", "MPLCONFIGDIR", "PYTHONHASHSEED", "PYTHONTZPATH", "TMPDIR"}
assert set(os.environ) == expected, os.environ
