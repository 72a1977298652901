# Ends with an error that the interpreter calls fatal.
# expect: trap
import faulthandler

faulthandler._fatal_error(b"\xff\x1b[31m" * 1000) if hasattr(faulthandler, "_fatal_error") else faulthandler._sigabrt()
