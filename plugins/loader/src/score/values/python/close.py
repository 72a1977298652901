"""The oracle `close`: floats may differ by the task's tolerances, also inside of lists, tuples and dicts.

Right is x for an expected y if |x - y| <= absolute + relative * |y|, where either is a float; NaN is close to NaN. Lists and
tuples are different things of the same length, the keys of dicts are equal, and so is everything else.
"""

from closeness import allclose
from equal import arguments, equality, expectations, values

__all__ = ["accepts", "arguments", "equality", "expectations", "values"]


def accepts(task, expected, answer, arguments):
    return answer.how != "object" and close(task, answer.value, expected)


def close(task, value, expected):
    kinds = type(value), type(expected)
    if float in kinds and all(kind in (int, float) for kind in kinds):
        return allclose(value, expected, task.RELATIVE, task.ABSOLUTE, equal_nan=True)
    if kinds[0] is kinds[1] and kinds[0] in (list, tuple):
        return len(value) == len(expected) and all(close(task, x, y) for x, y in zip(value, expected))
    if kinds == (dict, dict):
        return value.keys() == expected.keys() and all(close(task, value[key], y) for key, y in expected.items())
    return value == expected
