"""The oracle `evalplus-humaneval`: HumanEval+'s rules."""

import json
import math

import evalplus

# Its answer is right if the polynomial is close to zero there.
ROOT_FINDER = "find_zero"


def arguments(task, text):
    return json.loads(text)


def values(task, text):
    return json.loads(text)


def expectations(task, values):
    return evalplus.expectations(values, task.ABSOLUTE)


def equality(task):
    return task.FUNCTION != ROOT_FINDER


def accepts(task, expected, answer, arguments):
    if answer.how == "object":
        return False
    if task.FUNCTION == ROOT_FINDER:
        [coefficients] = arguments
        return abs(polynomial(coefficients, answer.value)) <= task.ABSOLUTE
    return evalplus.accepts(answer, expected, answer.value == expected.value)


def polynomial(coefficients, x):
    # Added one by one: `sum` rounds less since Python 3.12.
    total = 0
    for power, coefficient in enumerate(coefficients):
        total += coefficient * math.pow(x, power)
    return total
