# difficulty: hard
def fill_shelves(books: list[int], shelf: int) -> tuple[int, list[int]]:
    """Put a row of books on shelves, in order, so that the shelves look evenly filled.

    `books` are the books' widths, all positive, and `shelf` is the width of every shelf. The penalty of a shelf
    is the square of the width that stays free on it; the last shelf has none. Return the smallest
    possible sum of penalties and the number of books on each shelf. Of several such ways take the one that
    has more books on the first shelf on which they differ.
    Raise ValueError when a book is wider than a shelf.

    >>> fill_shelves([3, 2, 2, 5], 6)
    (13, [1, 2, 1])
    >>> fill_shelves([2, 2, 2], 10)
    (0, [3])
    """
    if any(book > shelf for book in books):
        raise ValueError("a book is wider than a shelf")
    best = [(0, [])] * (len(books) + 1)
    for first in range(len(books) - 1, -1, -1):
        ways = []
        free = shelf
        for last in range(first, len(books)):
            free -= books[last]
            if free < 0:
                break
            penalty, counts = best[last + 1]
            if last < len(books) - 1:
                penalty += free * free
            ways.append((penalty, [first - last - 1] + counts))
        best[first] = min(ways)
    penalty, counts = best[0]
    return penalty, [-count for count in counts]
