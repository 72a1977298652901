"""What the judge asks and expects, made once for a task: this module is imported before any sample is judged."""

import sys

import oracle
import task as TASK
from assay import BadValue, encode

accepts = oracle.accepts


class Case:
    """A call: its message, what is expected of it, and, where one answer is right beyond doubt, that answer's bytes."""

    __slots__ = ("exact", "expected", "message")

    def __init__(self, arguments, expected):
        self.message = encode(("call", TASK.FUNCTION, arguments))
        self.expected = expected
        self.exact = None


def _groups():
    """The cases by the name of their tests. What the gold answer prints goes nowhere."""
    stdout, sys.stdout = sys.stdout, None
    try:
        gold = _gold() if TASK.GOLD is not None else None
        return [(name, _cases(inputs, values, gold)) for name, inputs, values in TASK.TESTS]
    finally:
        sys.stdout = stdout


def _gold():
    namespace = {}
    exec(TASK.GOLD, namespace)
    return namespace[TASK.FUNCTION]


def _cases(inputs, values, gold):
    arguments = oracle.arguments(TASK, inputs)
    # The gold answer may change its arguments, so they become messages first.
    cases = [Case(each, None) for each in arguments]
    values = [gold(*each) for each in arguments] if values is None else oracle.values(TASK, values)
    if len(values) != len(cases):
        raise ValueError(f"{len(cases)} inputs and {len(values)} expected values")
    for case, value, expected in zip(cases, values, oracle.expectations(TASK, values)):
        case.expected = expected
        if oracle.equality(TASK):
            case.exact = _exact(value)
    return cases


def _exact(value):
    """The answer that says `value`, if all that says it is equal to it."""
    try:
        message = encode(("value", "plain", value))
    except BadValue:
        return None
    # A NaN is equal to nothing, and of a derived class the type is not sent.
    return None if b"NaN" in message or type(value).__module__ != "builtins" else message


GROUPS = _groups()
