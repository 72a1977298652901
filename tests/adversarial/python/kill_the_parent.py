# Kills its parent.
# expect: unsupported os.kill
import os

os.kill(1, 9)
