# Replaces every builtin.
# expect: exception ValueError
import builtins

error = ValueError("broken")
for name in list(vars(builtins)):
    if name not in ("setattr", "builtins") and not name.startswith("__"):
        setattr(builtins, name, None)
raise error
