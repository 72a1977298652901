"""The program's functions as it wrote them, and which of them can never wait."""

import ast
import builtins
import collections
import functools
import math
import os
import random
import re

_open = open
_is_absolute = os.path.isabs

# Where the host places the program's files.
_PROGRAM = "/work/"

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_SCOPES = (*_FUNCTIONS, ast.ClassDef)

# Methods of the types that programs compute with; `get` and `join` are also queues' and threads'.
_CALM_METHODS = {
    name
    for kind in (str, bytes, int, float, list, tuple, dict, set, collections.deque, collections.Counter, re.Pattern)
    for name in dir(kind)
} - {"get", "join"}

_CALM_MODULES = frozenset("math random re json itertools functools operator collections string heapq bisect".split())

_sources = {}


class Place:
    """Where a function is in its file."""

    __slots__ = ("class_name", "node")

    def __init__(self, node, class_name):
        self.node = node
        self.class_name = class_name


class ProgramSource:
    """One file of the program."""

    def __init__(self, text):
        self._places = {}
        self._functions = {}
        self._classes = set()
        self._modules = set()
        self._calm = {}
        self._index(ast.parse(text), None)

    def find(self, code):
        """The `Place` of the function that `code` is of, or None."""
        places = self._places.get((code.co_name, code.co_firstlineno), ())
        if len(places) < 2:
            return places[0] if places else None
        return next((place for place in places if _holds(place.node, code)), None)

    def is_calm(self, function):
        """Whether calling a function can never wait, as far as its text tells."""
        known = self._calm.get(function)
        if known is None:
            self._calm[function] = True  # for functions that call themselves
            known = self._calm[function] = self._all_calm(function)
        return known

    def _index(self, node, class_name):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, _FUNCTIONS):
                name = getattr(child, "name", "<lambda>")
                decorators = getattr(child, "decorator_list", ())
                line = min([child.lineno, *(decorator.lineno for decorator in decorators)])
                place = Place(child, class_name)
                self._places.setdefault((name, line), []).append(place)
                self._functions.setdefault(name, []).append(child)
            elif isinstance(child, ast.ClassDef):
                self._classes.add(child.name)
            elif isinstance(child, ast.Import):
                self._modules.update(alias.name for alias in child.names if alias.asname is None)
            self._index(child, child.name if isinstance(child, ast.ClassDef) else class_name)

    def _all_calm(self, function):
        body = function.body if isinstance(function.body, list) else [function.body]
        pending = list(body)
        while pending:
            node = pending.pop()
            if isinstance(node, (ast.With, ast.AsyncWith)):
                if not all(_opens_a_file(item.context_expr) for item in node.items):
                    return False
            if isinstance(node, ast.Call) and not self._calls_calm(node):
                return False
            if not isinstance(node, _SCOPES):
                pending.extend(ast.iter_child_nodes(node))
        return True

    def _calls_calm(self, call):
        function = call.func
        if isinstance(function, ast.Name):
            name = function.id
            if name in self._functions:
                return all(map(self.is_calm, self._functions[name]))
            return name in self._classes or (hasattr(builtins, name) and name != "iter")
        if not isinstance(function, ast.Attribute):
            return False
        if function.attr in self._functions:
            return all(map(self.is_calm, self._functions[function.attr]))
        if isinstance(function.value, (ast.Constant, ast.JoinedStr)) or function.attr in _CALM_METHODS:
            return True
        owner = function.value
        return isinstance(owner, ast.Name) and owner.id in _CALM_MODULES and owner.id in self._modules


def _opens_a_file(expression):
    return isinstance(expression, ast.Call) and getattr(expression.func, "id", None) == "open"


def _holds(node, code):
    """Whether the instructions of `code` lie within `node`: for functions that begin on one line."""
    positions = [place for place in code.co_positions() if None not in place and place[3] > place[2]]
    start, end = (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)
    return bool(positions) and all(start <= (line, column) <= end for line, _, column, _ in positions)


def of_code(code):
    """The file of the program that `code` is of, or None when it is of none."""
    name = code.co_filename
    if name not in _sources:
        _sources[name] = _read(name)
    return _sources[name]


def _read(name):
    if name.startswith("<") or name.startswith("/usr/"):
        return None
    try:
        with _open(name if _is_absolute(name) else _PROGRAM + name, encoding="utf-8") as file:
            return ProgramSource(file.read())
    except (OSError, SyntaxError, ValueError, RecursionError):
        return None
