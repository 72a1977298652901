# Kills itself below the functions that are refused.
# expect: trap
import posix
import signal

signal.raise_signal(9)
