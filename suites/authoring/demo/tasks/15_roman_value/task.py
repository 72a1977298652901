# difficulty: medium
import re


def roman_value(numeral: str) -> int:
    """Read a Roman numeral between 1 and 3999, as it may stand on a clock or a building.

    Thousands, hundreds, tens and ones follow one another. Fours are written IV, XL, CD or, as on clocks,
    IIII, XXXX, CCCC; nines are written IX, XC, CM only. The numeral is all upper case or all lower case.
    Raise ValueError for anything else, the empty text included.

    >>> roman_value("MCMXCIV")
    1994
    >>> roman_value("xiiii")
    14
    """
    upper = numeral.upper()
    pattern = r"M{0,3}(CM|CD|CCCC|D?C{0,3})(XC|XL|XXXX|L?X{0,3})(IX|IV|IIII|V?I{0,3})"
    if not numeral or numeral not in (upper, upper.lower()) or not re.fullmatch(pattern, upper):
        raise ValueError(f"{numeral!r} is not a Roman numeral")
    values = [{"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}[letter] for letter in upper]
    total = 0
    for value, following in zip(values, values[1:] + [0]):
        total += value if value >= following else -value
    return total
