# Raises from a trace function wherever it can.
# expect: trap
import sys


def trace(frame, event, argument):
    if frame.f_code.co_filename != "main.py":
        raise SystemExit(0)
    return trace


sys.settrace(trace)
sys.setprofile(trace)
1 / 0
