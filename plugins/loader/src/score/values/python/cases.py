"""What the judge asks and expects, made once for a task: this module is imported before any sample is judged."""

import sys

import oracle
import task as TASK
from assay import decode, encode

accepts = oracle.accepts


# So many parts are sent at a time of arguments that one message does not hold.
LONG = 10_000
_LARGEST_MESSAGE = 16 << 20


class Case:
    """A call: its messages, what is expected of it, and, where one answer is right beyond doubt, that answer's bytes.

    Arguments that one message does not hold go ahead of it, in `pieces`.
    """

    __slots__ = ("exact", "expected", "message", "pieces")

    def __init__(self, arguments):
        self.pieces = []
        try:
            self.message = _message(("call", TASK.FUNCTION, arguments))
        except ValueError:
            short = list(arguments)
            for place, argument in enumerate(arguments):
                if type(argument) in (str, list, tuple):
                    self.pieces += _pieces(place, argument)
                    short[place] = argument[:0]
            self.message = _message(("call", TASK.FUNCTION, short))
        self.expected = None
        self.exact = None

    def arguments(self):
        """The arguments, anew."""
        arguments = decode(self.message)[2]
        parts = {}
        for piece in self.pieces:
            _, place, part = decode(piece)
            parts.setdefault(place, []).append(part)
        for place, pieces in parts.items():
            arguments[place] = _joined(pieces)
        return arguments


def _joined(pieces):
    if type(pieces[0]) is str:
        return "".join(pieces)
    return type(pieces[0])([part for piece in pieces for part in piece])


def _pieces(place, argument):
    """Messages that hold the argument, each as much as fits."""
    messages, start, step = [], 0, LONG
    while start < len(argument):
        try:
            messages.append(_message(("piece", place, argument[start : start + step])))
            start += step
        except ValueError:
            if step == 1:
                raise
            step //= 2
    return messages


def _message(value):
    message = encode(value)
    if len(message) > _LARGEST_MESSAGE:
        raise ValueError("one message does not hold the value")
    return message


def _groups():
    """The cases by the name of their tests. What the gold answer prints goes nowhere."""
    stdout, sys.stdout = sys.stdout, None
    try:
        gold = _gold() if TASK.GOLD is not None else None
        return [(name, _cases(inputs, values, gold)) for name, inputs, values in TASK.TESTS]
    finally:
        sys.stdout = stdout


def _gold():
    namespace = {"sum": _sum}
    exec(TASK.GOLD, namespace)
    return namespace[TASK.FUNCTION]


def _sum(values, start=0):
    """The same as the one that it stands for, which would add up the numbers to a hundred million one by one."""
    try:
        if type(values) is range and type(start) is int and len(values) > 1:
            return start + (values[0] + values[-1]) * len(values) // 2
    except OverflowError:  # too many for `len`
        pass
    return sum(values, start)


def _cases(inputs, values, gold):
    arguments = oracle.arguments(TASK, inputs)
    # The gold answer may change its arguments, so they become messages first.
    cases = [Case(each) for each in arguments]
    values = _computed(gold, cases, arguments) if values is None else oracle.values(TASK, values)
    if len(values) != len(cases):
        raise ValueError(f"{len(cases)} inputs and {len(values)} expected values")
    for case, value, expected in zip(cases, values, oracle.expectations(TASK, values)):
        case.expected = expected
        if oracle.equality(TASK):
            case.exact = _exact(value)
    return cases


def _computed(gold, cases, arguments):
    """What the gold answer returns for each case, computed once for cases that are the same."""
    known = {}
    for case, each in zip(cases, arguments):
        key = case.message, *case.pieces
        if key not in known:
            known[key] = gold(*each)
    return [known[case.message, *case.pieces] for case in cases]


def _exact(value):
    """The answer that says `value`, if all that says it is equal to it."""
    try:
        message = _message(("value", "plain", value))
    except ValueError:
        return None
    # A NaN is equal to nothing, and of a derived class the type is not sent.
    return None if b"NaN" in message or type(value).__module__ != "builtins" else message


GROUPS = _groups()
