def check(candidate):
    assert candidate([(600, 660), (540, 590), (700, 720)], 15) == [(540, 660), (700, 720)]
    assert candidate([(0, 10), (10, 20)], 0) == [(0, 20)]
    assert candidate([], 5) == []
    assert candidate([(5, 5)], 0) == [(5, 5)]
    assert candidate([(0, 1), (3, 4)], 1) == [(0, 1), (3, 4)]
    assert candidate([(0, 1), (3, 4)], 2) == [(0, 4)]
    assert candidate([(0, 100), (10, 20)], 0) == [(0, 100)]
    assert candidate([(0, 100), (10, 20), (101, 102)], 0) == [(0, 100), (101, 102)]
    assert candidate([(1, 2), (1, 2), (1, 2)], 0) == [(1, 2)]
    assert candidate([(-20, -10), (-5, 0)], 5) == [(-20, 0)]
    assert candidate([(0, 1), (2, 3), (4, 5), (6, 7)], 1) == [(0, 7)]
    assert candidate([(10**12, 10**12 + 5), (0, 1)], 9) == [(0, 1), (10**12, 10**12 + 5)]

    bookings = [(8, 9), (1, 2), (3, 4)]
    assert candidate(bookings, 1) == [(1, 4), (8, 9)]
    assert bookings == [(8, 9), (1, 2), (3, 4)]

    for wrong in ([(5, 4)], [(0, 10), (7, 3)], [(3, 2), (0, 9)]):
        try:
            candidate(wrong, 0)
        except ValueError:
            pass
        else:
            assert False, f"{wrong} has a booking that ends before it starts"

    seed = 1
    for _ in range(60):
        bookings = []
        for _ in range(4):
            seed = seed * 1103515245 + 12345 & 0x7FFFFFFF
            start = seed >> 8 & 31
            bookings.append((start, start + (seed >> 16 & 3)))
        gap = seed >> 20 & 3
        taken = {2 * t for start, end in bookings for t in range(start, end + 1)}
        taken |= {2 * t + 1 for start, end in bookings for t in range(start, end)}
        free = 0
        expected = []
        for t in range(0, 80):
            if t not in taken:
                free += 1
                continue
            if expected and free <= 2 * gap - 1 or expected and free == 0:
                expected[-1] = (expected[-1][0], t // 2)
            else:
                expected.append((t // 2, t // 2))
            free = 0
        assert candidate(bookings, gap) == expected, (bookings, gap)
