"""Answers a judge's calls of a solution's functions. It runs in the candidate's instance, as its main program.

Nothing here is trusted: the solution may replace all of it. What it answers is plain data, and the judge takes it for
no more than that. An exception of the solution's ends the candidate, and so is in its outcome.
"""

import sys

import assay


class Server:
    """Answers `("call", function, arguments)`, and `("part", start, stop)` for results too long for one message."""

    def __init__(self, namespace):
        self.namespace = namespace
        self.long = ()

    def __call__(self, message):
        word, *rest = assay.decode(message)
        if word == "part":
            start, stop = rest
            return assay.encode(self.long[start:stop])
        function, arguments = rest
        return self.answer(self.namespace[function](*arguments))

    def answer(self, value):
        """What `value` is, as a message: `("value", how, value)`, `("long", how, type, length)` or `("object", why)`.

        `how` it was sent: it is `plain` itself, of a class `derived` from a plain type, or something equal to it was
        `converted` to one.
        """
        how = "plain" if type(value) in _PLAIN else "derived"
        try:
            return _message(("value", how, value))
        except ValueError as error:
            why = error
        if isinstance(value, (list, tuple)) and len(value) > LONG:
            self.long = value
            return assay.encode(("long", how, "list" if isinstance(value, list) else "tuple", len(value)))
        try:
            return _message(("value", "converted", converted(value)))
        except (ValueError, RecursionError):
            return assay.encode(("object", str(why)))


# More parts than this are sent in pieces, where one message does not hold them.
LONG = 10_000
_LARGEST_MESSAGE = 16 << 20
_PLAIN = frozenset(
    (type(None), bool, int, float, complex, str, bytes, bytearray, list, tuple, set, frozenset, dict)
)
_VIEWS = (type({}.keys()), type({}.items()))


def _message(answer):
    message = assay.encode(answer)
    if len(message) > _LARGEST_MESSAGE:
        raise ValueError("the value is too long")
    return message


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


def load(path):
    """The namespace in which the file at `path` was executed, as a module that is not the main program."""
    name = path.removesuffix(".py")
    module = sys.modules[name] = type(sys)(name)
    module.__file__ = path
    with open(path, encoding="utf-8") as file:
        source = file.read()
    exec(compile(source, path, "exec", dont_inherit=True), vars(module))
    return vars(module)


def serve(path):
    """Loads the solution at `path` and answers calls from then on. The strategy ends this file with such a call."""
    assay.serve(Server(load(path)))
