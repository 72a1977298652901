"""The oracle `equal`: right is what is equal in Python's sense, so that 1, 1.0 and True are the same."""

import json


def arguments(task, text):
    return json.loads(text)


def values(task, text):
    return json.loads(text)


def expectations(task, values):
    return values


def equality(task):
    return True


def accepts(task, expected, answer, arguments):
    return answer.how != "object" and answer.value == expected
