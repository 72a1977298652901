"""Compiles the packages' sources, and tells the host the bytecode: `k`, the path below the archive's place, a zero, and the
contents of a `.pyc` that no source is compared with.

It runs in the interpreter that will import them, so that the bytecode is its own.
"""

import os
import warnings
from importlib._bootstrap_external import _code_to_hash_pyc

door = __import__("_host").call


def translate(path, name):
    """Tells the bytecode of the module in the file at `path`; one that is no Python of this version stays as it is."""
    with open(path, "rb") as file:
        source = file.read()
    try:
        code = compile(source, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return
    door(b"k%sc\0%s" % (name.encode(), _code_to_hash_pyc(code, bytes(8), False)))


def translate_all(place, modules):
    """Tells the bytecode of all modules in the folder `modules` of `place`, in the order of their names."""
    warnings.simplefilter("ignore")
    for folder, folders, names in os.walk(os.path.join(place, modules)):
        folders.sort()
        for name in sorted(names):
            if name.endswith(".py"):
                path = os.path.join(folder, name)
                translate(path, os.path.relpath(path, place))
