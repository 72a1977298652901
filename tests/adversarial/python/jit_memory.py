# Asks for executable memory.
# expect: exception OSError
import mmap

mmap.mmap(-1, 4096, prot=7)
