# Replaces how modules are found, for whoever imports next.
# expect: exception ZeroDivisionError
import builtins
import sys

sys.meta_path[:] = []
sys.path_hooks[:] = []
sys.path[:] = ["/nowhere"]
sys.path_importer_cache.clear()
builtins.__import__ = lambda *_: sys.exit(0)
1 / 0
