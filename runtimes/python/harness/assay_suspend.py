"""Calls that can stop in the middle: the program's functions, made anew as generators of waits.

A thread's functions have to give way when they wait, and only generators can. So when a thread calls a function of
the program that may wait, it calls a version of it instead in which each call that may wait is a `yield from`. The
version has the same name, lines, globals, closure and defaults. Functions that cannot wait are called as they are.
The program's main thread never runs such versions, nor does a program without threads.
"""

import ast
import builtins
import copy
import functools
import warnings
from contextvars import Context
from types import CodeType, FunctionType, MethodType

from assay_source import of_code

# CPython's CO_GENERATOR, CO_COROUTINE, CO_ITERABLE_COROUTINE and CO_ASYNC_GENERATOR.
_RESUMABLE = 0x20 | 0x80 | 0x100 | 0x200

# Generators of waits in the place of the library's functions that wait.
library = {}

# What a version is called while it is compiled: a name that the function's own text does not mean.
_VERSION = "__assay_version__"

_ContextRun = type(Context().run)

# By the identity of the code that a function has: the code, kept so that its identity is not reused, and the code of
# its version, or None when it needs or has none.
_versions = {}


class _Pending:
    """A call of a version, not yet begun."""

    __slots__ = ("_generator",)

    def __init__(self, generator):
        self._generator = generator

    def __iter__(self):
        return self._generator


def waits(function):
    """Registers the generator of waits that stands for a function of the library."""

    def register(version):
        library[function] = version
        return version

    return register


def call(function, /, *args, **kwargs):
    """A generator of waits: calls `function`; its result is the call's."""
    result = pick(function)(*args, **kwargs)
    if type(result) is _Pending:
        result = yield from result
    return result


def is_opaque(function):
    """Whether `function` is Python code that may wait but cannot be suspended."""
    while isinstance(function, functools.partial):
        function = function.func
    if isinstance(function, MethodType):
        function = function.__func__
    if not isinstance(function, FunctionType) or function in library:
        return False
    return not function.__code__.co_flags & _RESUMABLE and of_code(function.__code__) is None


def pick(function):
    """What to call for `function`: itself, or something whose calls are pending."""
    kind = type(function)
    if kind is FunctionType:
        version = library.get(function) or _version(function)
        return function if version is None else functools.partial(_pend, version)
    if kind is MethodType:
        inner = function.__func__
        if type(inner) is FunctionType:
            version = library.get(inner) or _version(inner)
            return function if version is None else functools.partial(_pend, version, function.__self__)
        return function
    if kind is functools.partial:
        inner = pick(function.func)
        return function if inner is function.func else functools.partial(inner, *function.args, **function.keywords)
    if kind is _ContextRun and type(function.__self__) is Context and function.__name__ == "run":
        return functools.partial(_pend, _run_in_context, function.__self__)
    method = getattr(kind, "__call__", None)
    if type(method) is FunctionType and kind is not type:
        version = _version(method)
        return function if version is None else functools.partial(_pend, version, function)
    return function


def _run_in_context(context, function, /, *args, **kwargs):
    """A generator of waits: `Context.run`, entered anew after each wait."""
    steps = call(function, *args, **kwargs)
    outcome = None
    while True:
        try:
            wait = context.run(steps.send, outcome)
        except StopIteration as end:
            return end.value
        outcome = yield wait


def _pend(version, /, *args, **kwargs):
    return _Pending(version(*args, **kwargs))


def _enter(manager):
    """A generator of waits: enters a context manager, and gives one to enter in its place."""
    method = getattr(type(manager), "__enter__", None)
    if type(method) is not FunctionType:
        return manager
    version = library.get(method) or _version(method)
    if version is None:
        return manager
    return _Entered(manager, (yield from version(manager)))


class _Entered:
    """A context manager that was entered."""

    __slots__ = ("_manager", "_value")

    def __init__(self, manager, value):
        self._manager = manager
        self._value = value

    def __enter__(self):
        return self._value

    def __exit__(self, *exception):
        return type(self._manager).__exit__(self._manager, *exception)


def _each(iterable):
    """Iterates `iterable`; the items of `iter(function, sentinel)` are pending when the function's calls are."""
    if type(iterable) is not type(iter(int, 0)):
        return iterable
    rebuild, arguments, *_ = iterable.__reduce__()
    if rebuild is not iter or len(arguments) != 2:
        return iterable
    function, sentinel = arguments
    picked = pick(function)
    return iterable if picked is function else _pending_items(picked, sentinel)


_END = object()


def _pending_items(picked, sentinel):
    def item():
        value = yield from picked()
        return _END if value == sentinel else value

    while True:
        yield _Pending(item())


def _version(function):
    """The version of a function of the program, or None when it needs or has none."""
    code = function.__code__
    entry = _versions.get(id(code))
    if entry is None:
        entry = _versions[id(code)] = (code, _compile(function))
    version = entry[1]
    if version is None:
        return None
    closure = function.__closure__
    if closure is not None and version.co_freevars != code.co_freevars:
        cells = dict(zip(code.co_freevars, closure))
        closure = tuple(cells[name] for name in version.co_freevars)
    made = FunctionType(version, function.__globals__, function.__name__, function.__defaults__, closure)
    made.__kwdefaults__ = function.__kwdefaults__
    made.__qualname__ = function.__qualname__
    return made


def _compile(function):
    code = function.__code__
    if code.co_flags & _RESUMABLE:
        return None
    source = of_code(code)
    place = source and source.find(code)
    if place is None or source.is_calm(place.node):
        return None
    tree = _rebuild(place, code, function.__globals__)
    try:
        with warnings.catch_warnings(action="ignore"):
            module = compile(tree, code.co_filename, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError):
        return None
    made = _innermost(module, _VERSION)
    if made is None or not set(made.co_freevars) <= set(code.co_freevars):
        return None
    return made.replace(co_name=code.co_name, co_qualname=code.co_qualname)


def _innermost(module, name):
    """The code called `name` in the wrapping that `_rebuild` made."""
    for constant in module.co_consts:
        if isinstance(constant, CodeType):
            return constant if constant.co_name == name else _innermost(constant, name)
    return None


def _rebuild(place, code, namespace):
    """A module with the version of one function, in a function that binds its free names, in a class of the name
    that its private names are mangled with."""
    node = copy.deepcopy(place.node)
    body = [ast.Return(node.body)] if isinstance(node, ast.Lambda) else node.body
    arguments = node.args
    arguments.defaults = []
    arguments.kw_defaults = [None] * len(arguments.kwonlyargs)
    for argument in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]:
        if argument is not None:
            argument.annotation = None
    local_names = {*code.co_varnames, *code.co_cellvars, *code.co_freevars}
    suspending = _Suspending(local_names, namespace)
    body = suspending.block(body)
    body[:0] = suspending.comprehensions
    # A function is a generator by what it contains, even where it is not reached.
    body.append(ast.If(ast.Constant(False), [ast.Expr(ast.Yield(None))], []))
    made = ast.FunctionDef(name=_VERSION, args=arguments, body=body, decorator_list=[], type_params=[])
    ast.copy_location(made, node)
    wrapped = made
    if place.class_name is not None:
        # Private names are mangled without the underscores that the class's name begins with.
        name = "____" + place.class_name
        wrapped = ast.ClassDef(name, bases=[], keywords=[], body=[made], decorator_list=[], type_params=[])
    free = [name for name in code.co_freevars if name != "__class__"]
    bind = [ast.Assign([ast.Name(name, ast.Store()) for name in free], ast.Constant(None))] if free else []
    nothing = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
    outer = ast.FunctionDef(
        name="__assay_outer__", args=nothing, body=[*bind, wrapped], decorator_list=[], type_params=[]
    )
    return ast.fix_missing_locations(ast.Module([outer], type_ignores=[]))


class _Suspending(ast.NodeTransformer):
    """Makes each call of a function's own body one that can be pending."""

    def __init__(self, local_names, namespace):
        self._local_names = local_names
        self._namespace = namespace
        self._loops = 0
        # Functions that do what comprehensions did, whose own scopes cannot be suspended.
        self.comprehensions = []

    def block(self, statements):
        """The statements of a body, changed."""
        made = []
        for statement in statements:
            changed = self.visit(statement)
            made.extend(changed if isinstance(changed, list) else [changed])
        return made

    def visit_Call(self, node):
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and self._is_builtin(node.func.id):
            return node
        picked = ast.Call(_name("__assay_pick__"), [node.func], [])
        result = ast.NamedExpr(_store("__assay_result__"), ast.Call(picked, node.args, node.keywords))
        suspended = ast.YieldFrom(_name("__assay_result__"))
        return _at(ast.IfExp(_is_pending(result), suspended, _name("__assay_result__")), node)

    def visit_With(self, node):
        self.generic_visit(node)
        for item in node.items:
            entering = ast.Call(_name("__assay_enter__"), [item.context_expr], [])
            item.context_expr = _at(ast.YieldFrom(entering), item.context_expr)
        return node

    def visit_For(self, node):
        sentinel = isinstance(node.iter, ast.Call) and getattr(node.iter.func, "id", None) == "iter"
        self.generic_visit(node)
        if not sentinel or node.orelse:
            return node
        item = f"__assay_item_{self._loops}__"
        self._loops += 1
        ended = ast.Compare(_name(item), [ast.Is()], [_name("__assay_end__")])
        fetch = [ast.Assign([_store(item)], ast.YieldFrom(_name(item))), ast.If(ended, [ast.Break()], [])]
        steps = [ast.If(_is_pending(_name(item)), fetch, []), ast.Assign([node.target], _name(item))]
        node.body = [_at(step, node.iter) for step in steps] + node.body
        node.target = _at(_store(item), node)
        node.iter = _at(ast.Call(_name("__assay_each__"), [node.iter], []), node)
        return node

    def _is_builtin(self, name):
        return name not in self._local_names and name not in self._namespace and hasattr(builtins, name)

    def _leave(self, node):
        return node

    # Scopes of their own: what is called in them is called by code that is no generator of waits.
    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = visit_Lambda = _leave
    visit_TypeAlias = _leave

    def visit_AnnAssign(self, node):
        node.value = node.value and self.visit(node.value)
        return node

    def visit_GeneratorExp(self, node):
        node.generators[0].iter = self.visit(node.generators[0].iter)
        return node

    def _comprehension(self, node):
        clauses = node.generators
        clauses[0].iter = self.visit(clauses[0].iter)
        if not self._suspends_in(node):
            return node
        iterable = clauses[0].iter
        clauses[0].iter = _name("__assay_iterable__")
        outer, self.comprehensions = self.comprehensions, []
        empty, step = self._empty_and_step(node)
        for clause in reversed(clauses):
            for condition in reversed(clause.ifs):
                step = ast.If(self.visit(condition), [step], [])
            step = ast.For(clause.target, self.visit(clause.iter), [step], [])
        start = ast.Assign([_store("__assay_made__")], empty)
        body = [*self.comprehensions, start, step, ast.Return(_name("__assay_made__"))]
        name = f"__assay_comprehension_{self._loops}__"
        self._loops += 1
        given = [ast.arg("__assay_iterable__")]
        arguments = ast.arguments(posonlyargs=[], args=given, kwonlyargs=[], kw_defaults=[], defaults=[])
        function = ast.FunctionDef(name=name, args=arguments, body=body, decorator_list=[], type_params=[])
        self.comprehensions = [*outer, _at(function, node)]
        return _at(ast.YieldFrom(ast.Call(_name(name), [iterable], [])), node)

    def _empty_and_step(self, node):
        """What a comprehension starts with, and the statement that adds an item."""
        made = _name("__assay_made__")
        if isinstance(node, ast.DictComp):
            place = ast.Subscript(made, self.visit(node.key), ast.Store())
            return ast.Dict([], []), ast.Assign([place], self.visit(node.value))
        is_list = isinstance(node, ast.ListComp)
        empty = ast.List([], ast.Load()) if is_list else ast.Set([ast.Starred(ast.Tuple([], ast.Load()), ast.Load())])
        add = ast.Attribute(made, "append" if is_list else "add", ast.Load())
        return empty, ast.Expr(ast.Call(add, [self.visit(node.elt)], []))

    def _suspends_in(self, comprehension):
        """Whether a comprehension calls something that may wait, and can be rewritten."""
        found = False
        for node in ast.walk(comprehension):
            if isinstance(node, (ast.NamedExpr, ast.Await)) or getattr(node, "is_async", 0):
                return False
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", None)
                if name == "super":
                    return False
                found = found or name is None or not self._is_builtin(name)
        return found

    visit_ListComp = visit_SetComp = visit_DictComp = _comprehension


def _name(name):
    return ast.Name(name, ast.Load())


def _store(name):
    return ast.Name(name, ast.Store())


def _is_pending(value):
    return ast.Compare(ast.Call(_name("__assay_type__"), [value], []), [ast.Is()], [_name("__assay_pending__")])


def _at(made, original):
    """Gives the nodes of `made` that have no place `original`'s."""
    ast.copy_location(made, original)
    return ast.fix_missing_locations(made)


def _install():
    """Makes what the versions use reachable from any of the program's functions."""
    names = {"pick": pick, "type": type, "pending": _Pending, "enter": _enter, "each": _each, "end": _END}
    for name, value in names.items():
        setattr(builtins, f"__assay_{name}__", value)


_install()
