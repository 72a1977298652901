"""The oracle `evoeval`: EvoEval's rules.

Types must agree at every level, floats and lists of floats be close in numpy's sense. Six tasks have rules of their own,
for their answers are not the only right ones; that of HumanEval/32 rejects all answers, as published.
"""

import json
import math

from closeness import allclose

RELATIVE = 1e-5
ABSOLUTE = 1e-6


def arguments(task, text):
    """The sets made from HumanEval have arguments as JSON, the others as Python."""
    return [each if isinstance(each, list) else eval(f"[{each}]") for each in json.loads(text)]


def values(task, text):
    return json.loads(text)


def expectations(task, values):
    return values


def equality(task):
    return (task.VARIANT, task.ID) not in RULES and task.ID != ROOT_OF_HUMANEVAL


def accepts(task, expected, answer, arguments):
    if answer.how in ("object", "converted") or task.ID == ROOT_OF_HUMANEVAL:
        return False
    rule = RULES.get((task.VARIANT, task.ID))
    if rule is not None:
        return rule(arguments, answer.value, expected)
    return is_equal(expected, answer.value)


def is_equal(x, y):
    kind = _kind(x)
    if kind is not _kind(y):
        return False
    if kind is float:
        return allclose(x, y, RELATIVE, ABSOLUTE, equal_nan=True)
    if kind in (list, tuple):
        return len(x) == len(y) and all(map(is_equal, x, y))
    if kind is dict:
        return len(x) == len(y) and all(key in y and is_equal(part, y[key]) for key, part in x.items())
    return x == y


def _kind(value):
    """The type of a value; a list or tuple of floats, or of nothing, counts as floats."""
    if type(value) in (list, tuple) and all(type(part) is float for part in value):
        return float
    return type(value)


def _insensitive_palindrome(arguments, value, expected):
    [start] = arguments
    same_length = len(value) == len(expected)
    return same_length and value.startswith(start) and value.lower() == value[::-1].lower()


def _root_in_interval(arguments, value, expected):
    coefficients, (start, end) = arguments
    if expected is None:
        return value is None
    return start <= value <= end and abs(_polynomial(coefficients, value)) <= 2e-2


def _root_of_even_powers(arguments, value, expected):
    [(constant, linear, *others)] = arguments
    coefficients = [constant, linear, *(part for other in others for part in (0, other))]
    return abs(_polynomial(coefficients, value)) <= 1e-6


def _moves_through_maze(arguments, value, expected):
    maze, start, end = arguments
    if not expected:
        return value == []
    place = start
    for move in value:
        down, right = {"right": (0, 1), "left": (0, -1), "up": (-1, 0), "down": (1, 0)}[move]
        place = (place[0] + down, place[1] + right)
        if maze[place[0]][place[1]] == 1:
            return False
    return place == end


def _path_through_maze(arguments, value, expected):
    maze, start, end = arguments
    if not expected:
        return value == []
    if value[0] != start or value[-1] != end or maze[start[0]][start[0]] == 0:
        return False
    steps = zip(value, value[1:])
    return all(maze[x][y] != 0 and abs(x - a) + abs(y - b) == 1 for (a, b), (x, y) in steps)


def _indices_of_product(arguments, value, expected):
    numbers, target = arguments
    if expected == "No magic today":
        return value == expected
    if type(value) is not tuple:
        return False
    i, j = value
    return 0 <= i < j < len(numbers) and numbers[i] * numbers[j] == target


def _polynomial(coefficients, x):
    # Added one by one: `sum` rounds less since Python 3.12.
    total = 0
    for power, coefficient in enumerate(coefficients):
        total += coefficient * math.pow(x, power)
    return total


# Its published rule hands the arguments over in the wrong order, which is an error for every answer.
ROOT_OF_HUMANEVAL = "HumanEval/32"

RULES = {
    ("difficult", "EvoEval/10"): _insensitive_palindrome,
    ("difficult", "EvoEval/32"): _root_in_interval,
    ("creative", "EvoEval/26"): _moves_through_maze,
    ("creative", "EvoEval/30"): _path_through_maze,
    ("creative", "EvoEval/69"): _indices_of_product,
    ("subtle", "EvoEval/32"): _root_of_even_powers,
}
