# Nests directories without end.
# expect: file_limit
import os

while True:
    os.mkdir("d")
    os.chdir("d")
