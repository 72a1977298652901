# difficulty: medium
def poly_divmod(dividend: list[int], divisor: list[int]) -> tuple[list[int], list[int]]:
    """Divide one polynomial by another; return quotient and remainder.

    A polynomial is the list of its coefficients, the constant first: [1, 0, 2] is 1 + 2x². Results have
    no zeros at their ends; the zero polynomial is []. Arguments may have zeros at their ends. All
    numbers are integers: raise ValueError unless the divisor's leading coefficient is 1 or -1, and
    ZeroDivisionError when the divisor is zero.

    >>> poly_divmod([-1, 0, 1], [1, 1])
    ([-1, 1], [])
    >>> poly_divmod([5, 3], [0, 0, 1])
    ([], [5, 3])
    """
    remainder = list(dividend)
    divisor = list(divisor)
    while divisor and divisor[-1] == 0:
        divisor.pop()
    if not divisor:
        raise ZeroDivisionError("division by the zero polynomial")
    if divisor[-1] not in (1, -1):
        raise ValueError("the quotient would not be of integers")
    quotient = []
    while len(remainder) >= len(divisor):
        shift = len(remainder) - len(divisor)
        factor = remainder[-1] * divisor[-1]
        quotient.append(factor)
        for index, coefficient in enumerate(divisor):
            remainder[shift + index] -= factor * coefficient
        remainder.pop()
    quotient.reverse()
    for polynomial in (quotient, remainder):
        while polynomial and polynomial[-1] == 0:
            polynomial.pop()
    return quotient, remainder
