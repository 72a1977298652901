# Keeps the host busy with system calls.
# expect: out_of_fuel
import os

while True:
    os.stat("main.py")
    os.listdir("/usr/local/lib")
