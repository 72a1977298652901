"""Answers a judge's calls of a solution's functions. It runs in the candidate's instance, as its main program.

Nothing here is trusted: the solution may replace all of it. What it answers is plain data, and the judge takes it for
no more than that. An exception of the solution's ends the candidate, and so is in its outcome.
"""

import assay


class Server:
    """Answers `("call", function, arguments)`.

    Arguments that are too long for that come ahead, as `("piece", place, part)`. Of a result that is too long for one
    message, `("part", start)` asks for what is from there on; the answer `("part", value)` has as much of it as fits.
    """

    def __init__(self, namespace):
        self.namespace = namespace
        self.pieces = {}
        self.long = ()
        self.step = LONG

    def __call__(self, message):
        word, *rest = assay.decode(message)
        if word == "part":
            return self.part(*rest)
        if word == "piece":
            place, piece = rest
            self.pieces.setdefault(place, []).append(piece)
            return b""
        function, arguments = rest
        for place, pieces in self.pieces.items():
            arguments[place] = _joined(pieces)
        self.pieces = {}
        return self.answer(self.namespace[function](*arguments))

    def part(self, start):
        why = ""
        while self.step:
            try:
                return _message(("part", self.long[start : start + self.step]))
            except ValueError as error:
                why = str(error)
                self.step //= 2
        return assay.encode(("object", why))

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
        kind = next((kind for kind in (list, tuple, dict, str) if isinstance(value, kind)), None)
        if kind and len(value) > LONG:
            return self.in_parts(how, kind, value)
        try:
            return _message(("value", "converted", assay.converted(value)))
        except (ValueError, RecursionError):
            return self.in_parts(how, kind, value) if kind else assay.encode(("object", str(why)))

    def in_parts(self, how, kind, value):
        self.long = list(value.items()) if kind is dict else value
        self.step = LONG
        return assay.encode(("long", how, kind.__name__, len(value)))


# So many parts are sent at a time of results that one message does not hold.
LONG = 10_000
_LARGEST_MESSAGE = 16 << 20
_PLAIN = frozenset(
    (type(None), bool, int, float, complex, str, bytes, bytearray, list, tuple, set, frozenset, dict)
)


def _message(answer):
    message = assay.encode(answer)
    if len(message) > _LARGEST_MESSAGE:
        raise ValueError("the value is too long")
    return message


def _joined(pieces):
    if type(pieces[0]) is str:
        return "".join(pieces)
    return type(pieces[0])([part for piece in pieces for part in piece])


def serve(path):
    """Loads the solution at `path` and answers calls from then on. The strategy ends this file with such a call."""
    assay.serve(Server(assay.load(path)))
