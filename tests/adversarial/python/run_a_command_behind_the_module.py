# Runs a command through the functions below the module.
# expect: unsupported
import _posixsubprocess

_posixsubprocess.fork_exec()
