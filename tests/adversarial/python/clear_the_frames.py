# Clears and rewrites the frames that called it.
# expect: trap
import sys

frame = sys._getframe().f_back
while frame:
    frame.f_globals.clear()
    frame.f_trace = lambda *_: 1 / 0
    frame = frame.f_back
