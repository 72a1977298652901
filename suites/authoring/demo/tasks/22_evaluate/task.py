# difficulty: hard
import re


def evaluate(expression: str) -> int:
    """Compute an expression of whole numbers.

    From the loosest to the tightest: `+` and `-`; `*` and `/`; the minus sign before an operand; `^` for
    powers. Operators of one level group from the left, powers from the right, and a power's right side may
    have minus signs of its own. Division drops the fraction: -7/2 is -3. There are round brackets, and blanks
    anywhere but within a number. Numbers are made of the digits 0 to 9.

    Raise ValueError for anything that is not such an expression and for negative exponents, and
    ZeroDivisionError for a division by 0.

    >>> evaluate("2 + 3 * (4 - 1)")
    11
    >>> evaluate("-2^2")
    -4
    >>> evaluate("7 / -2")
    -3
    """
    tokens = re.findall(r"[0-9]+|\S", expression)[::-1]

    def take(wanted):
        return tokens.pop() if tokens and tokens[-1] in wanted else None

    def total():
        value = product()
        while sign := take("+-"):
            value += product() if sign == "+" else -product()
        return value

    def product():
        value = signed()
        while operator := take("*/"):
            operand = signed()
            if operator == "*":
                value *= operand
            else:
                quotient = abs(value) // abs(operand)
                value = quotient if (value < 0) == (operand < 0) else -quotient
        return value

    def signed():
        if take("-"):
            return -signed()
        value = atom()
        if take("^"):
            exponent = signed()
            if exponent < 0:
                raise ValueError("negative exponent")
            value **= exponent
        return value

    def atom():
        if take("("):
            value = total()
            if not take(")"):
                raise ValueError("a bracket never closes")
            return value
        if tokens and tokens[-1].isascii() and tokens[-1].isdigit():
            return int(tokens.pop())
        raise ValueError("an operand is missing")

    result = total()
    if tokens:
        raise ValueError(f"misplaced {tokens[-1]!r}")
    return result
