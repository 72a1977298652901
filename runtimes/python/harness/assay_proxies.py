"""What tests in the judge's instance have of the candidate: functions that call across, and copies of plain values.

Nothing of the candidate's runs here, and no object of its own comes here: only plain data, and exceptions of built-in
classes. A test that needs more is not served, which is told apart from a test that fails.

The other side of these calls is assay_callee.
"""

import builtins
import importlib
import io
import sys

from assay_files import innermost
from assay_values import decode, pack

# The record's name for a task whose tests want what does not cross.
SERVED = "served by two instances"


class Unserved(BaseException):
    """Tests want what does not cross. No `except Exception` of theirs hides it."""


class Ended(BaseException):
    """The candidate has ended, and so have its tests."""


def run_tests(tests, path, solution):
    """Runs the tests of a judge whose candidate's functions they call."""
    Candidate(sys.modules["assay"]).judge(tests, path, solution)


class Candidate:
    """The other instance, as the tests in this one see it. `assay` is the judge's module of that name."""

    def __init__(self, assay):
        self.assay = assay
        self.unserved = None
        self.ended = False
        self.nonsense = None

    def judge(self, tests, path, solution):
        """Runs the tests, text or code of the file at `path`, which can import the solution as the module `solution`. Puts on
        record what they did, and prints why they failed."""
        failed = []
        record = self.assay.test

        def test(name, passed, error=None, skipped=False):
            record(name, passed)
            if not passed:
                failed.append(_said(error, path) if error is not None else "failed")

        self.assay.test = test
        sys.modules[solution] = _Solution(solution, self)
        why = self.execute(tests, path)
        # What was caught on its way through the tests counts still.
        if self.unserved:
            record(SERVED, False)
            print(self.unserved)
        elif self.ended:
            record("check", False)
        elif self.nonsense or why:
            record("check", False)
            print(self.nonsense or why)
        elif failed:
            print(failed[0])

    def execute(self, tests, path):
        """Why the tests failed, or None."""
        stdout, stderr = sys.stdout, sys.stderr
        sys.stdout = sys.stderr = _Nowhere()
        try:
            code = compile(tests, path, "exec", dont_inherit=True) if type(tests) is str else tests
            exec(code, _Names(self))
        except BaseException as error:
            return _said(error, path)
        finally:
            sys.stdout, sys.stderr = stdout, stderr
        return None

    def ask(self, *question):
        """The candidate's answer to a question."""
        try:
            message = pack(question)
            answer = self.assay.call(message)
        except ValueError as error:
            self.refuse(f"{question[1]} is called with what cannot be sent: {error}")
        except self.assay.CandidateEnded:
            self.ended = True
            raise Ended from None
        try:
            return ["returned", decode(answer[1:])] if answer[:1] == b"=" else decode(answer)
        except ValueError as error:
            self.lie(error)

    def refuse(self, why):
        self.unserved = self.unserved or why
        raise Unserved(why)

    def lie(self, why):
        """Ends the tests of a candidate whose server does not answer as ours does."""
        self.nonsense = self.nonsense or f"the solution's answer is no value: {why}"
        raise Ended

    def named(self, name):
        """What the solution has under `name`. Raises KeyError."""
        match self.ask("name", name):
            case ["missing"]:
                raise KeyError(name)
            case ["function"]:
                return Function(self, name)
            case ["kept", ("class" | "module") as kind, str(module)]:
                try:
                    return _of_library(kind, name, module)
                except LookupError:
                    self.refuse(f"the tests use the solution's {kind} {name}")
            case ["value", value]:
                return value
            case ["object", str(kind), bool(), _]:
                self.refuse(f"the tests use the solution's {name}, which is of type {kind}")
        self.lie("no answer to a name")

    def call(self, name, arguments, keywords):
        answer = self.ask("call", name, keywords or None, *arguments)
        # What the arguments have become is only told if they have changed.
        match answer:
            case ["returned", value]:
                return value
            case ["returned", value, changed]:
                return self.restored(value, arguments, keywords, changed)
            case ["argument", int() | str() as place, *changed]:
                self.restored(None, arguments, keywords, *changed)
                same = arguments if type(place) is int else keywords
                try:
                    return same[place]
                except LookupError as error:
                    self.lie(error)
            case ["raised", [list(names), tuple(made_of), where], *changed]:
                error = _exception(names, made_of)
                if type(where) is str:
                    error.add_note(where)
                raise self.restored(error, arguments, keywords, *changed)
            case ["object", str(kind), bool(unequal), truth, *changed] if type(truth) is bool or truth is None:
                return self.restored(Opaque(self, name, kind, unequal, truth), arguments, keywords, *changed)
            case ["unserved", str(why)]:
                self.refuse(f"{name}: {why}")
        self.lie("no answer to a call")

    def restored(self, value, arguments, keywords, changed=None, *more):
        """`value`, when the arguments have become what the call has made of them."""
        match changed:
            case None if not more:
                return value
            case [list(positional), dict(named)] if len(positional) == len(arguments) and not more:
                for old, new in zip(arguments, positional):
                    _restore(old, new)
                for key, new in named.items():
                    _restore(keywords.get(key), new)
                return value
        self.lie("no arguments")


def _of_library(kind, name, module):
    """This instance's own module `name`, or class `name` of a module, where the solution has imported that from the standard
    library. Raises LookupError where it has not."""
    if module.partition(".")[0] in sys.stdlib_module_names:
        try:
            found = importlib.import_module(module)
        except Exception:
            raise LookupError(module) from None
        if kind == "module" and module == name:
            return found
        # A class by its own name, of the module that made it: a solution has no other choice of classes.
        made = vars(found).get(name)
        if kind == "class" and isinstance(made, type) and (made.__module__, made.__name__) == (module, name):
            return made
    raise LookupError(module)


class Function:
    """A function of the solution's, which runs where the solution is."""

    def __init__(self, candidate, name):
        vars(self).update(_candidate=candidate, _name=name)

    def __call__(self, /, *arguments, **keywords):
        return self._candidate.call(self._name, arguments, keywords)

    def __getattr__(self, attribute):
        self._candidate.refuse(f"the tests use {self._name}.{attribute}")


class Opaque:
    """What a function returned that is no plain data.

    What the solution made itself is equal to none, whatever it says of itself, and so is what is equal to itself alone, such as
    iterators; of anything else it is not known. Whether it is true the solution says, which could as well have returned that.
    """

    def __init__(self, candidate, function, kind, unequal, truth):
        what = f"{function} returned a value of type {kind}"
        vars(self).update(_candidate=candidate, _what=what, _unequal=unequal, _truth=truth)

    def __bool__(self):
        return self._used() if self._truth is None else self._truth

    def __eq__(self, other):
        if self is other or self._unequal and isinstance(other, _PLAIN):
            return self is other
        self._candidate.refuse(self._what)

    def __ne__(self, other):
        return not self == other

    def __getattr__(self, attribute):
        self._candidate.refuse(self._what)

    def _used(self, *_arguments, **_keywords):
        self._candidate.refuse(self._what)

    __hash__ = __len__ = __iter__ = __next__ = __getitem__ = __contains__ = __call__ = __enter__ = _used
    __lt__ = __le__ = __gt__ = __ge__ = __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _used
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __pow__ = __rpow__ = _used
    __and__ = __rand__ = __or__ = __ror__ = __xor__ = __rxor__ = __neg__ = __pos__ = __abs__ = __invert__ = _used
    __int__ = __float__ = __complex__ = __index__ = __round__ = __str__ = __repr__ = __format__ = __await__ = _used


class _Names(dict):
    """The tests' names; those that neither they nor Python define are the solution's."""

    def __init__(self, candidate):
        super().__init__(_BUILTINS, __name__="tests", __builtins__=builtins)
        self.candidate = candidate

    def __missing__(self, name):
        if hasattr(builtins, name) or _special(name):
            raise KeyError(name)
        self[name] = value = self.candidate.named(name)
        return value


class _Solution(type(sys)):
    """The solution as a module that tests import names from."""

    def __init__(self, name, candidate):
        super().__init__(name)
        vars(self)["_candidate"] = candidate

    def __getattr__(self, name):
        if _special(name):
            raise AttributeError(name)
        try:
            return self._candidate.named(name)
        except KeyError:
            raise AttributeError(f"the solution has no {name}") from None


class _Nowhere(io.TextIOBase):
    """Where what tests print goes."""

    def write(self, text):
        return len(text)


_PLAIN = (type(None), int, float, complex, str, bytes, bytearray, list, tuple, set, frozenset, dict)


def _special(name):
    return name.startswith("__") and name.endswith("__")


# Python would look for each of these among the tests' names before it finds it, and that takes long. Tests that replace some of
# these for a while are to see it.
_BUILTINS = {
    name: value for name, value in vars(builtins).items() if not _special(name) and name not in ("input", "open", "print")
}


def _exception(names, made_of):
    for name in names:
        kind = vars(builtins).get(name) if type(name) is str else None
        if isinstance(kind, type) and issubclass(kind, Exception):
            try:
                return kind(*made_of)
            except Exception:
                continue  # some want other arguments than they keep
    return Exception(*made_of)


def _restore(old, new):
    """Makes `old` equal to `new`, as far as it can be changed; what both have in the same place is kept and changed likewise."""
    kind = type(old)
    if kind is not type(new):
        return
    if kind is list:
        old[:] = [_kept(old[place], part) if place < len(old) else part for place, part in enumerate(new)]
    elif kind is dict:
        parts = {key: _kept(old[key], part) if key in old else part for key, part in new.items()}
        old.clear()
        old.update(parts)
    elif kind is set:
        old.clear()
        old.update(new)
    elif kind is bytearray:
        old[:] = new
    elif kind is tuple:
        _kept(old, new)


def _kept(old, new):
    """`old`, made equal to `new`, where that can be; else `new`."""
    kind = type(old)
    if kind is not type(new) or kind not in (list, dict, set, bytearray, tuple):
        return new
    if kind is not tuple:
        _restore(old, new)
        return old
    parts = tuple(map(_kept, old, new))
    same = len(old) == len(new) and all(part is kept for part, kept in zip(old, parts))
    return old if same else parts + new[len(parts) :]


def _said(error, path):
    """What a failure was, with the lines of the solution and of the tests, which are the file at `path`."""
    try:
        text = str(error)
    except BaseException:
        text = ""
    _, line = innermost(error.__traceback__, {path: path})
    said = f"{type(error).__name__}: {text}" if text else type(error).__name__
    places = [*getattr(error, "__notes__", ()), *([] if line is None else [f"{path}:{line}"])]
    return f"{said} ({', '.join(map(str, places))})" if places else said
