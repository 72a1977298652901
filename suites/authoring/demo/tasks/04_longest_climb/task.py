# difficulty: easy
def longest_climb(heights: list[int]) -> tuple[int, int]:
    """Find the longest stretch of a hike that only goes up.

    Return the index where the stretch starts and the number of points in it. Every point must be
    higher than the one before it. The earliest of several equally long stretches wins. A hike without
    points gives (0, 0).

    >>> longest_climb([3, 1, 2, 5, 4, 6])
    (1, 3)
    >>> longest_climb([5, 4, 3])
    (0, 1)
    """
    best = (0, 0)
    start = 0
    for index in range(len(heights)):
        if index and heights[index] <= heights[index - 1]:
            start = index
        if index - start + 1 > best[1]:
            best = (start, index - start + 1)
    return best
