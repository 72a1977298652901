"""What HumanEval+ and MBPP+ compare by, as EvalPlus's own evaluation does.

Equal in Python's sense is right. Where the task has a tolerance, so is what has the same type, and at the top the same
length, and is close in numpy's sense. Floats that are expected set a tolerance of 1e-6 where there is none, and it stays
for the tests that follow.
"""

from closeness import allclose

RELATIVE = 1e-7
TOLERANCE_OF_FLOATS = 1e-6


class Expectation:
    """An expected value, and how far from it an answer may be."""

    __slots__ = ("tolerance", "value")

    def __init__(self, value, tolerance):
        self.value = value
        self.tolerance = tolerance


def expectations(values, tolerance):
    """`values` with the tolerance that each of them and those before it set."""
    expected = []
    for value in values:
        if tolerance == 0 and is_floats(value):
            tolerance = TOLERANCE_OF_FLOATS
        expected.append(Expectation(value, tolerance))
    return expected


def is_floats(value):
    if isinstance(value, (list, tuple)) and value:
        return all(isinstance(part, float) for part in value)
    return isinstance(value, float)


def accepts(answer, expected, equal):
    """Whether the answer is right: `equal` says whether it counts as equal to what is expected."""
    if equal or expected.tolerance == 0:
        return equal
    value, wanted = answer.value, expected.value
    if answer.how != "plain" or type(value) is not type(wanted):
        return False
    if isinstance(wanted, (list, tuple)) and len(value) != len(wanted):
        return False
    return allclose(value, wanted, RELATIVE, expected.tolerance)
