"""The oracle `evalplus-mbpp`: MBPP+'s rules.

Its data has lists where the functions take tuples, sets and complex numbers; which, goes by the task. The published rules
by the name of the function are kept, the lenient ones too.
"""

import json
import math

import evalplus

# Their answers are compared as sets.
AS_SETS = {
    "similar_elements",
    "find_char_long",
    "common_in_nested_lists",
    "extract_singly",
    "larg_nnum",
    "intersection_array",
    "find_dissimilar",
    "Diff",
}

# Their answers are compared by whether there is one.
AS_PRESENCE = {"check_str", "text_match_three", "text_starta_endb"}


def arguments(task, text):
    number = int(task.ID.split("/")[-1])
    convert = next((convert for numbers, convert in CONVERSIONS if number in numbers), list)
    return [list(convert(each)) for each in json.loads(text)]


def _tuples(lists):
    return [tuple(each) for each in lists]


def _first(convert):
    """Converts the first argument only."""
    return lambda arguments: [convert(arguments[0]), *arguments[1:]]


def _each(convert):
    """Converts every argument."""
    return lambda arguments: [convert(argument) for argument in arguments]


def _tuples_all_the_way(value):
    return tuple([_tuples_all_the_way(part) for part in value]) if isinstance(value, list) else value


def _sets(lists):
    # An empty one is a dict there.
    return [set(each) if isinstance(each, list) and each else {} for each in lists]


def _mixed(parts):
    return tuple([tuple(part) if isinstance(part, list) else part for part in parts])


# fmt: off
CONVERSIONS = [
    ({2, 116, 132, 143, 222, 261, 273, 394, 399, 421, 424, 429, 470, 560, 579, 596, 616, 630, 726, 740, 744, 809},
     _each(tuple)),
    ({63, 64, 70, 94, 120, 237, 272, 299, 400, 409, 417, 438, 473, 614, 780}, _each(_tuples)),
    ({75, 413, 444, 753}, lambda arguments: [_tuples(arguments[0]), arguments[1]]),
    ({106, 750}, lambda arguments: [arguments[0], tuple(arguments[1])]),
    ({115}, lambda arguments: [_sets(arguments[0])]),
    ({124}, lambda arguments: [float(arguments[0]), complex(arguments[1])]),
    ({250, 405, 446, 617, 720, 763, 808}, lambda arguments: [tuple(arguments[0]), arguments[1]]),
    ({259, 401, 445}, _each(lambda lists: tuple(_tuples(lists)))),
    ({278}, lambda arguments: [_mixed(arguments[0])]),
    ({307}, lambda arguments: [tuple(arguments[0]), arguments[1], arguments[2]]),
    ({722}, _first(lambda record: {key: tuple(value) for key, value in record.items()})),
    ({252}, lambda arguments: [complex(arguments[0])]),
    ({580, 615, 791}, _tuples_all_the_way),
]
# fmt: on


def values(task, text):
    return json.loads(text)


def expectations(task, values):
    if task.FUNCTION in AS_PRESENCE:
        values = [value is not None for value in values]
    return evalplus.expectations(values, task.ABSOLUTE)


def equality(task):
    return task.FUNCTION not in AS_SETS | AS_PRESENCE


def accepts(task, expected, answer, arguments):
    if task.FUNCTION in AS_PRESENCE and (answer.how == "object" or type(answer.value) is not bool):
        return evalplus.accepts(answer, expected, expected.value == (answer.how == "object" or answer.value is not None))
    if answer.how == "object":
        return task.FUNCTION == "are_equivalent"
    return evalplus.accepts(answer, expected, _equal(task, expected, answer.value, arguments))


def _equal(task, expected, value, arguments):
    if task.FUNCTION in AS_SETS:
        return set(value) == set(expected.value)
    if value == expected.value:
        return True
    match task.FUNCTION:
        case "are_equivalent":
            return True
        case "sum_div":
            return value == 0
        case "surface_Area":
            return abs(value - surface_with_upright_height(*arguments)) <= task.ABSOLUTE
        case "digit_distance_nums":
            return value == padded_digit_distance(*arguments)
    return False


def surface_with_upright_height(base_edge, height):
    """The surface of a pyramid whose height is from the middle of its base, not along a side."""
    slant_height = math.sqrt((base_edge / 2) ** 2 + height**2)
    return round(base_edge**2 + 4 * (base_edge * slant_height) / 2)


def padded_digit_distance(a, b):
    """The sum of differences of digits, with the shorter number padded with zeros."""
    a, b = str(a), str(b)
    length = max(len(a), len(b))
    return sum(abs(int(x) - int(y)) for x, y in zip(a.zfill(length), b.zfill(length)))
