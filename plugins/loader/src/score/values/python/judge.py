"""Judges a solution by what its function returns: calls it with each case's arguments and compares.

It runs in an instance of its own, where the inputs and the expected values are; the candidate sees arguments only. What
comes back is plain data, and comparing it runs no code of the candidate's.
"""

import assay
from cases import GROUPS, TASK, accepts

# How many parts of a long result are asked for at a time, and how many parts a result may have.
STEP = 10_000
LONGEST = 4_000_000


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
        except (TypeError, ValueError) as error:
            self.how, self.value, self.why = "object", None, str(error)

    def __str__(self):
        return _short(self.value) if self.how != "object" else str(self.why)


def _long(kind, length):
    if type(length) is not int or not 0 < length <= LONGEST:
        raise ValueError("the value is too long")
    parts = []
    for start in range(0, length, STEP):
        part = assay.decode(assay.call(assay.encode(("part", start, start + STEP))))
        if type(part) not in (list, tuple) or len(part) != min(STEP, length - start):
            raise ValueError("a part of the value is missing")
        parts.extend(part)
    return tuple(parts) if kind == "tuple" else parts


def passes(case):
    """Whether the candidate's answer to the case is right; tells why not."""
    message = assay.call(case.message)
    if message == case.exact:
        return True
    answer = Answer(message)
    arguments = assay.decode(case.message)[2]
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
