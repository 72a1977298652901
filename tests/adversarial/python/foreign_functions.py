# Writes to memory through ctypes.
# expect: exception
import ctypes

ctypes.memset(id(None), 0, 64)
