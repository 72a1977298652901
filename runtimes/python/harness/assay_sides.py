"""The module `assay` that the two sides of a judged execution import, what the judge and the candidate say to each other; and
the one that tests import which run beside their solution.

Both have `encode` and `decode` for values (see assay_values) and `BadValue`, which these raise.

The judge has `call(message)`, which returns the candidate's answer, bytes to bytes, or raises `CandidateEnded`; and
`test(name, passed)`, which puts a test on record. Where it puts none, its own end counts as the one test.

The candidate has `serve(handler)`: from when its file has been run to its end, every message is answered with
`handler(message)`, bytes to bytes. An exception of the handler's ends the candidate. `load(path)` runs a file as a module and
returns its namespace; `converted(value)` is the plain data that equals a value, where there is some.

Tests beside their solution have `test(name, passed, error=None, skipped=False)`, which puts a test on record. Where they put
none, their own end counts as the one test.
"""

import sys
from json import JSONDecoder

from assay_callee import converted
from assay_files import load
from assay_values import BadValue, decode, encode

LARGEST_MESSAGE = 16 << 20
LONGEST_NAME = 200

_Module = type(sys)
_decode = JSONDecoder().scan_once


class CandidateEnded(Exception):
    """The candidate ended before it answered. `status` says how, in the words of outcomes, such as `out_of_fuel`."""

    def __init__(self, status, detail):
        super().__init__(f"{status}: {detail}" if detail else status)
        self.status = status
        self.detail = detail


def _message(message, what):
    if type(message) is not bytes:
        raise TypeError(f"{what} must be bytes, not {type(message).__name__}")
    if len(message) > LARGEST_MESSAGE:
        raise ValueError(f"{what} of {len(message)} bytes is too long")
    return message


def install_values():
    """Installs what both sides have, for modules that are imported before there are sides."""
    _install()


def uninstall():
    """Undoes an installation."""
    del sys.modules["assay"]


def _install(**names):
    module = sys.modules["assay"] = _Module("assay")
    vars(module).update(encode=encode, decode=decode, BadValue=BadValue, **names)


def install_judge(door):
    """Installs the judge's module; returns the list of its tests."""
    tests = []

    def call(message):
        """The candidate's answer to `message`. Raises CandidateEnded."""
        answer = door(b"c" + _message(message, "a message"))
        if answer[:1] == b"m":
            return answer[1:]
        status, _ = _decode(answer[1:].decode(), 0)
        name = status["outcome"]
        exception = status.get("exception")
        detail = f"{exception['type']}: {exception['message']}" if exception else status.get("what", "")
        raise CandidateEnded(name, detail)

    def test(name, passed):
        """Puts a test on record."""
        tests.append({"name": str(name)[:LONGEST_NAME], "passed": bool(passed)})

    _install(call=call, test=test, CandidateEnded=CandidateEnded)
    return tests


def install_tests():
    """Installs the module of tests beside their solution; returns the list of what they put on record, with their errors."""
    tests = []

    def test(name, passed, error=None, skipped=False):
        """Puts a test on record, with the exception that says why it failed."""
        tests.append((str(name)[:LONGEST_NAME], bool(passed), bool(skipped), error))

    module = sys.modules["assay"] = _Module("assay")
    module.test = test
    return tests


def install_candidate():
    """Installs the candidate's module; returns the list that will end with its handler."""
    handlers = []
    _install(serve=handlers.append, load=load, converted=converted)
    return handlers


def serve(handlers, door):
    """Answers messages with the last of `handlers` until nobody asks any more."""
    answer = b""
    while True:
        try:
            message = door(b"n" + answer)
        except OSError:
            return
        answer = _message(handlers[-1](message), "an answer")
