# difficulty: easy
def overlap_length(first: tuple[int, int], second: tuple[int, int]) -> int:
    """Return how long two time spans overlap.

    A span is a pair of ends in any order: (9, 5) is the same span as (5, 9). Spans that only touch
    do not overlap.

    >>> overlap_length((0, 10), (5, 20))
    5
    >>> overlap_length((9, 5), (6, 7))
    1
    >>> overlap_length((0, 3), (3, 8))
    0
    """
    start = max(min(first), min(second))
    end = min(max(first), max(second))
    return max(0, end - start)
