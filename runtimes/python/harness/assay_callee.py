"""What a candidate needs to be called from another instance, and what answers assay_proxies there.

Nothing here is trusted: the solution may replace all of it. What it answers is plain data, and the judge takes it for
no more than that.
"""

import sys
from marshal import dumps

from assay_files import innermost
from assay_values import FLAT, MARSHAL, encode, unpack


class Callee:
    """Answers `("name", name)`, what the solution has under it, and `("call", name, keywords or None, *arguments)`, what its
    function returns.

    An answer is a list whose first is a word, in JSON. Most are a value that was returned and nothing else: of these it is `=`
    and the value.
    """

    def __init__(self, namespace, path):
        self.namespace = namespace
        self.path = path

    def __call__(self, message):
        question = unpack(message)
        return getattr(self, question[0])(*question[1:])

    def name(self, name):
        if name not in self.namespace:
            return encode(["missing"])
        value = self.namespace[name]
        if isinstance(value, type(sys)):
            return encode(["kept", "module", str(value.__name__)])
        if isinstance(value, type):
            return encode(["kept", "class", str(value.__module__)])
        if callable(value):
            return encode(["function"])
        return self.said("value", value)

    def call(self, name, keywords, *arguments):
        # Most calls have nothing that can be changed, and what takes time is to find out whether it was.
        fixed = keywords is None and FLAT.issuperset(map(type, arguments))
        keywords = keywords or {}
        before = None if fixed else _state(arguments, keywords)
        try:
            value = self.namespace[name](*arguments, **keywords)
        except Exception as error:
            if _is_lack(error):
                raise  # the end of the candidate says what it lacked
            word, value, place = "raised", self.described(error), None
        else:
            word, place = "returned", None if fixed else _place(value, arguments, keywords)
        changed = []
        if not fixed and _state(arguments, keywords) != before:
            changed.append([[*arguments], keywords])
            try:
                encode(changed)
            except ValueError as error:
                return encode(["unserved", f"an argument became what cannot be sent back: {error}"])
        if place is not None:
            return encode(["argument", place, *changed])
        return self.said(word, value, *changed)

    def described(self, error):
        """The names of the error's built-in classes, nearest first, what it was made of, and where the solution was, if it was there."""
        names = [kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins"]
        try:
            arguments = error.args
            encode(arguments)
        except ValueError:
            arguments = (str(error),)
        file, line = innermost(error.__traceback__, {self.path: self.path})
        return [names, arguments, f"{file}:{line}" if line else None]

    def said(self, word, value, *changed):
        """`[word, value, changed]`, or `["object", type, whether it is equal to no plain data, whether it is true, changed]`,
        where `changed` may be left out."""
        for how in (None, converted):
            try:
                sent = value if how is None else how(value)
                message = encode([word, sent, *changed]) if changed or word != "returned" else b"=" + encode(sent)
            except (ValueError, RecursionError):
                continue
            if len(message) <= _LARGEST_MESSAGE:
                return message
        kind = type(value)
        unequal = kind.__module__ == self.namespace["__name__"] or kind.__eq__ is object.__eq__
        return encode(["object", kind.__name__, unequal, _truth(value), *changed])


_LARGEST_MESSAGE = 16 << 20


def _truth(value):
    """Whether `value` is true; None where it does not say."""
    try:
        return bool(value)
    except Exception:
        return None


def _state(*values):
    """What tells whether values have changed that came as a message: None where they are no such values any more."""
    try:
        return dumps(values, MARSHAL)
    except (ValueError, RecursionError):
        return None


def _place(value, arguments, keywords):
    """Where among the arguments `value` itself is; None where it is nowhere, or where it cannot be told from its equals."""
    if isinstance(value, (list, dict, set, bytearray)):
        for place, argument in [*enumerate(arguments), *keywords.items()]:
            if argument is value:
                return place
    return None


def _is_lack(error):
    """Whether the runtime lacks something that may be why: a module, or a service that it refused."""
    links = 0
    while error is not None and links < 8:
        kind = type(error)
        if kind is ModuleNotFoundError or (kind.__module__, kind.__name__) == ("assay_services", "Unsupported"):
            return True
        error = error.__cause__ or error.__context__
        links += 1
    return False


def converted(value):
    """`value` with all in it that equals plain data replaced by that: numbers of libraries, and views of dicts."""
    if isinstance(value, dict):
        return {converted(key): converted(part) for key, part in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        kind = next(kind for kind in (list, tuple, set, frozenset) if isinstance(value, kind))
        return kind([converted(part) for part in value])
    if isinstance(value, _VIEWS):
        return {converted(part) for part in value}
    numpy = sys.modules.get("numpy")
    if numpy and isinstance(value, numpy.generic):
        return value.item()
    numbers = sys.modules.get("numbers")
    decimal = sys.modules.get("decimal")
    if (numbers and isinstance(value, numbers.Rational)) or (decimal and isinstance(value, decimal.Decimal)):
        for same in (int, float):
            if same(value) == value:
                return same(value)
    return value


_VIEWS = (type({}.keys()), type({}.items()))
