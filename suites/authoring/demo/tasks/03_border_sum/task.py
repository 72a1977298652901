# difficulty: easy
def border_sum(grid: list[list[int]]) -> int:
    """Return the sum of the cells on the border of a rectangular grid, each cell once.

    An empty grid, or one with empty rows, sums to 0.

    >>> border_sum([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    40
    >>> border_sum([[1, 2, 3]])
    6
    """
    total = 0
    for y, row in enumerate(grid):
        for x, cell in enumerate(row):
            if y in (0, len(grid) - 1) or x in (0, len(row) - 1):
                total += cell
    return total
