"""Judges a solution by what its function returns: calls it with each case's arguments and compares.

It runs in an instance of its own, where the inputs and the expected values are; the candidate sees arguments only. What
comes back is plain data, and comparing it runs no code of the candidate's.
"""

import assay
from cases import GROUPS, TASK, accepts

# How many parts a result may have, or characters.
LONGEST = 4_000_000
LONGEST_TEXT = 64_000_000


class Answer:
    """What a call returned: `value`, and `how` it was sent (see server.py), or `object` for what cannot be sent."""

    def __init__(self, message):
        try:
            word, *rest = assay.decode(message)
            if word == "value":
                self.how, self.value = rest
            elif word == "long":
                self.how, kind, length = rest
                self.value = _long(kind, length)
            else:
                self.how, self.value = "object", None
                [self.why] = rest
        except (KeyError, TypeError, ValueError) as error:
            self.how, self.value, self.why = "object", None, str(error)

    def __str__(self):
        return _short(self.value) if self.how != "object" else str(self.why)


def _long(kind, length):
    if type(length) is not int or not 0 < length <= (LONGEST_TEXT if kind == "str" else LONGEST):
        raise ValueError("the value is too long")
    pieces, count = [], 0
    while count < length:
        word, piece = assay.decode(assay.call(assay.encode(("part", count))))
        if word != "part":
            raise ValueError(piece)
        if type(piece) not in (list, tuple, str) or not 0 < len(piece) <= length - count:
            raise ValueError("a part of the value is missing")
        pieces.append(piece)
        count += len(piece)
    if kind == "str":
        return "".join(pieces)
    parts = [part for piece in pieces for part in piece]
    return {"list": list, "tuple": tuple, "dict": dict}[kind](parts)


def passes(case):
    """Whether the candidate's answer to the case is right; tells why not."""
    for piece in case.pieces:
        assay.call(piece)
    message = assay.call(case.message)
    if message == case.exact:
        return True
    answer = Answer(message)
    arguments = case.arguments()
    try:
        right = accepts(TASK, case.expected, answer, arguments)
    except Exception:
        # The published oracles compute with what came, whatever it is: what they cannot compute with is wrong.
        right = False
    if not right:
        print(f"{_short(arguments)} gave {answer}")
    return right


def _short(value):
    try:
        text = repr(value)
    except Exception:  # such as an int of too many digits
        return f"a value of type {type(value).__name__}"
    return text if len(text) <= 80 else f"{text[:77]}..."


def main():
    for name, cases in GROUPS:
        try:
            passed = all(map(passes, cases))
        except assay.CandidateEnded:
            passed = False
        assay.test(name, passed)
        if not passed:
            break


main()
