def check(candidate):
    assert candidate((0, 10), (5, 20)) == 5
    assert candidate((9, 5), (6, 7)) == 1
    assert candidate((0, 3), (3, 8)) == 0
    assert candidate((0, 3), (7, 8)) == 0
    assert candidate((7, 8), (0, 3)) == 0
    assert candidate((4, 4), (0, 9)) == 0
    assert candidate((2, 6), (2, 6)) == 4
    assert candidate((-10, -2), (-5, 5)) == 3
    assert candidate((5, -5), (1, -20)) == 6
    assert candidate((0, 30_000_000_000), (20_000_000_000, 70_000_000_000)) == 10_000_000_000

    numbers = range(-2, 3)
    for a in numbers:
        for b in numbers:
            for c in numbers:
                d = 2 - abs(a)
                steps = set(range(min(a, b), max(a, b))) & set(range(min(c, d), max(c, d)))
                assert candidate((a, b), (c, d)) == len(steps), (a, b, c, d)
