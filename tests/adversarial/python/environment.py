# Looks for secrets in the environment.
# expect: completed 0
import os

assert set(os.environ) == {"HOME", "TMPDIR", "PYTHONHASHSEED", "PYTHONTZPATH"}, os.environ
