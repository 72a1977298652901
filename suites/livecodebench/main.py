"""Runs a solution on standard input as LiveCodeBench's `grade_stdio` does.

What stands at the top level of `solution.py` becomes the body of a function, but for its imports, which stay outside; so a
`global` there finds nothing. `if __name__ == "__main__":` at the end goes, and what stands below it stays. While the function
runs, `sys.stdin` is a stand-in, with its weaknesses: it is no iterator, and a line of its `buffer` is always the first one. What
was imported from `sys` before is another one, whose lines have no ends, and after whose last line there is no other.
"""

import ast
import io
import sys
from types import ModuleType


class Buffer:
    """The `buffer` of standard input."""

    def __init__(self, text):
        self.bytes = text.encode()

    def read(self, *_):
        return self.bytes

    def readline(self, *_):
        return self.bytes.split(b"\n")[0] + b"\n"


class Stdin:
    """Standard input while the function runs."""

    def __init__(self, text):
        self.text = text
        self.file = io.StringIO(text)
        self.buffer = Buffer(text)

    def read(self, *_):
        return self.text

    def readline(self, *args):
        return self.file.readline(*args)

    def readlines(self, *_):
        return self.text.split("\n")

    def __getattr__(self, name):
        return getattr(self.file, name)


class Before(io.StringIO):
    """Standard input before that: an empty file, three methods of which read the text all the same."""

    def __init__(self, text):
        super().__init__()
        lines = text.split("\n")
        self.buffer = io.BytesIO()
        self.read = lambda *_: text
        self.readline = lambda *_, rest=iter(lines): next(rest)
        self.readlines = lambda *_: lines

    def __next__(self):
        raise StopIteration


class Stdout(io.StringIO):
    """The stand-in for standard output, which stays open."""

    def close(self):
        pass


def parts(text):
    """The imports at the top level of a program, and all else there, as two lists of statements."""
    body = ast.parse(text).body
    if body and isinstance(body[-1], ast.If) and ast.unparse(body[-1].test).strip() == "__name__ == '__main__'":
        body[-1:] = body[-1].body
    is_import = lambda statement: isinstance(statement, (ast.Import, ast.ImportFrom))  # noqa: E731
    return [part for part in body if is_import(part)], [part for part in body if not is_import(part)]


def function(text):
    """The solution as a function."""
    imports, rest = parts(text)
    prelude = ast.parse("from prelude import *").body
    arguments = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
    wrapped = ast.FunctionDef(name="wrapped", args=arguments, body=rest, decorator_list=[], type_params=[])
    module = ast.Module(body=[*prelude, *imports, wrapped], type_ignores=[])
    namespace = vars(ModuleType("tmp_sol"))
    exec(compile(ast.fix_missing_locations(module), "solution.py", "exec"), namespace)
    return namespace["wrapped"]


def main():
    text, stdout = sys.stdin.read(), sys.stdout
    sys.stdin, sys.stdout = Before(text), io.StringIO()
    with open("solution.py", encoding="utf-8") as file:
        call = function(file.read())
    printed = Stdout()
    sys.stdin, sys.stdout = Stdin(text), printed
    try:
        call()
    except SystemExit:
        pass
    stdout.write(printed.getvalue())


main()
