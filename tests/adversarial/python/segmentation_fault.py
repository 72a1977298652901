# Reads through a null pointer.
# expect: trap
import faulthandler

faulthandler._sigsegv()
