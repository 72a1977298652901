"""A program's own files: the modules that they are executed as, and where in them an exception was."""

import builtins
import sys

LARGEST_LINE = 2**31 - 1

_Module = type(sys)


def namespace_of(name, path):
    """The namespace of a new module `name`, in which the file at `path` is to be executed."""
    module = _Module(name)
    module.__file__ = path
    module.__builtins__ = builtins  # not this module's own
    sys.modules[name] = module
    return module.__dict__


def load(path):
    """The namespace in which the file at `path` was executed, as a module that is not the main program."""
    namespace = namespace_of(path.removesuffix(".py"), path)
    with open(path, encoding="utf-8") as file:
        source = file.read()
    exec(compile(source, path, "exec", dont_inherit=True), namespace)
    return namespace


def innermost(trace, files):
    """The (file, line) of the innermost frame whose code is of one of `files`, which has their names by what frames call them."""
    found = (None, None)
    while trace is not None:
        file = own_file(trace.tb_frame.f_code.co_filename, files)
        if file is not None:
            found = (file, known_line(trace.tb_lineno))
        trace = trace.tb_next
    return found


def own_file(file, files):
    return files.get(file) if type(file) is str else None


def known_line(line):
    return line if type(line) is int and 0 < line <= LARGEST_LINE else None
