# difficulty: easy
def add_parity(values: list[int]) -> list[int]:
    """Add an even parity bit to values of seven bits.

    The eighth bit (128) of each result is set so that the number of ones in the result is even; the
    other bits stay. Raise ValueError when a value does not fit in seven bits.

    >>> add_parity([0, 1, 3])
    [0, 129, 3]
    >>> add_parity([127])
    [255]
    """
    framed = []
    for value in values:
        if not 0 <= value < 128:
            raise ValueError(f"{value} does not fit in seven bits")
        framed.append(value | bin(value).count("1") % 2 << 7)
    return framed
