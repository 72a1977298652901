# difficulty: hard
def expand_fraction(numerator: int, denominator: int, base: int) -> str:
    """Write a fraction exactly, with a point, in a base from 2 to 16.

    Digits above nine are the letters a to f. The digits that repeat for ever stand in round brackets
    and begin as early as possible. There is no point when nothing follows it, and always a digit before
    it. Raise ZeroDivisionError for a denominator of 0 and ValueError for another base.

    >>> expand_fraction(1, 6, 10)
    '0.1(6)'
    >>> expand_fraction(-5, 2, 2)
    '-10.1'
    >>> expand_fraction(255, 1, 16)
    'ff'
    """
    if not 2 <= base <= 16:
        raise ValueError("the base is not between 2 and 16")
    digits = "0123456789abcdef"
    sign = "-" if numerator * denominator < 0 else ""
    divisor = abs(denominator)
    whole, rest = divmod(abs(numerator), divisor)
    before = ""
    while whole or not before:
        whole, digit = divmod(whole, base)
        before = digits[digit] + before
    after = ""
    seen = {}
    while rest and rest not in seen:
        seen[rest] = len(after)
        digit, rest = divmod(rest * base, divisor)
        after += digits[digit]
    if rest:
        after = f"{after[:seen[rest]]}({after[seen[rest]:]})"
    return f"{sign}{before}.{after}" if after else sign + before
