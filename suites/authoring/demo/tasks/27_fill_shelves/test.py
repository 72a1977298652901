def check(candidate):
    assert candidate([3, 2, 2, 5], 6) == (13, [1, 2, 1])
    assert candidate([2, 2, 2], 10) == (0, [3])
    assert candidate([], 5) == (0, [])
    assert candidate([5], 5) == (0, [1])
    assert candidate([5, 5, 5], 5) == (0, [1, 1, 1])
    assert candidate([1], 100) == (0, [1])
    assert candidate([4, 4], 7) == (9, [1, 1])
    assert candidate([1, 1, 1, 1], 2) == (0, [2, 2])
    assert candidate([2, 1, 1], 3) == (0, [2, 1])
    assert candidate([1, 1, 1], 2) == (0, [2, 1])
    assert candidate([2, 3, 1, 4], 5) == (0, [2, 2])
    assert candidate([10**9, 10**9], 10**9 + 10**6) == (10**12, [1, 1])
    assert candidate([1] * 80, 10) == (0, [10] * 8)
    penalty, counts = candidate([7, 3, 5, 6, 2, 8, 4] * 12, 16)
    assert penalty == 164 and sum(counts) == 84 and all(counts)

    books = [4, 1, 3]
    assert candidate(books, 5) == (0, [2, 1])
    assert books == [4, 1, 3]

    for wrong in ([6], [1, 6, 1], [1, 1, 9]):
        try:
            candidate(wrong, 5)
        except ValueError:
            pass
        else:
            assert False, f"{wrong} do not fit"

    def every_way(books):
        if not books:
            yield []
        for count in range(1, len(books) + 1):
            for rest in every_way(books[count:]):
                yield [books[:count]] + rest

    seed = 41
    for round in range(45):
        seed = seed * 1103515245 + 12345 & 0x7FFFFFFF
        books = [1 + (seed >> 3 * i + 2) % 5 for i in range(1 + round % 8)]
        shelf = 5 + round % 4
        ranked = []
        for way in every_way(books):
            free = [shelf - sum(row) for row in way]
            if min(free) >= 0:
                ranked.append((sum(f * f for f in free[:-1]), [-len(row) for row in way]))
        penalty, counts = min(ranked)
        assert candidate(books, shelf) == (penalty, [-count for count in counts]), (books, shelf)
