"""The oracle `livecodebench`: what `grade_call_based` accepts, equal values, where a tuple is taken for a list."""

import json


def arguments(task, text):
    return [[json.loads(line) for line in case.split("\n")] for case in json.loads(text)]


def values(task, text):
    return [json.loads(output) for output in json.loads(text)]


def expectations(task, values):
    return values


def equality(task):
    return True


def accepts(task, expected, answer, arguments):
    value = list(answer.value) if type(answer.value) is tuple else answer.value
    return answer.how != "object" and value == expected
