"""Answers tests that run in another instance. It follows server.py in one file: the candidate's main program.

Nothing here is trusted: the solution may replace all of it. What it answers is plain data, and the judge takes it for
no more than that.
"""

import sys

import assay


class Callee:
    """Answers `("name", name)`, what the solution has under it, and `("call", name, arguments, keywords)`."""

    def __init__(self, namespace):
        self.namespace = namespace

    def __call__(self, message):
        word, *rest = assay.decode(message)
        return getattr(self, word)(*rest)

    def name(self, name):
        if name not in self.namespace:
            return assay.encode(("missing",))
        value = self.namespace[name]
        if isinstance(value, (type, type(sys))):
            return assay.encode(("kept", "class" if isinstance(value, type) else "module"))
        if callable(value):
            return assay.encode(("function",))
        return self.said("value", value, None)

    def call(self, name, arguments, keywords):
        before = assay.encode((arguments, keywords))
        places = {id(value): place for place, value in [*enumerate(arguments), *keywords.items()] if _mutable(value)}
        try:
            value = self.namespace[name](*arguments, **keywords)
        except Exception as error:
            if _is_lack(error):
                raise  # the end of the candidate says what it lacked
            word, value, place = "raised", _described(error), None
        else:
            word, place = "returned", places.get(id(value))
        try:
            after = assay.encode((arguments, keywords))
        except ValueError as error:
            return assay.encode(("unserved", f"an argument became what cannot be sent back: {error}"))
        changed = None if after == before else (arguments, keywords)
        if place is not None:
            return assay.encode(("argument", place, changed))
        return self.said(word, value, changed)

    def said(self, word, value, changed):
        """`(word, value, changed)`, or `("object", type, whether the solution defines that, changed)`."""
        for how in (lambda value: value, converted):
            try:
                message = assay.encode((word, how(value), changed))
            except (ValueError, RecursionError):
                continue
            if len(message) <= _LARGEST_MESSAGE:
                return message
        kind = type(value)
        own = kind.__module__ == self.namespace["__name__"]
        return assay.encode(("object", kind.__name__, own, changed))


_LARGEST_MESSAGE = 16 << 20


def _mutable(value):
    return isinstance(value, (list, dict, set, bytearray))


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


def _described(error):
    """The names of the error's built-in classes, nearest first, and what it was made of."""
    names = [kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins"]
    try:
        arguments = error.args
        assay.encode(arguments)
    except ValueError:
        arguments = (str(error),)
    return names, arguments


def serve(path):
    """Loads the solution at `path` and answers from then on. The strategy ends this file with such a call."""
    assay.serve(Callee(load(path)))
