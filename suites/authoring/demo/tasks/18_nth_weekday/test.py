def check(candidate):
    assert candidate(2024, 11, 3, 4) == 28
    assert candidate(2024, 2, 3, -1) == 29
    assert candidate(2024, 2, 4, 5) is None
    assert candidate(2024, 2, 3, 5) == 29
    assert candidate(2023, 2, 2, 5) is None
    assert candidate(2024, 9, 6, 1) == 1
    assert candidate(2024, 9, 0, 1) == 2
    assert candidate(2024, 9, 6, 5) == 29
    assert candidate(2024, 9, 6, 6) is None
    assert candidate(2024, 9, 6, -5) == 1
    assert candidate(2024, 9, 1, -5) is None
    assert candidate(2024, 12, 1, -1) == 31
    assert candidate(1900, 2, 3, -1) == 22
    assert candidate(2000, 2, 1, -1) == 29
    assert candidate(1, 1, 0, 1) == 1
    assert candidate(9999, 12, 4, -1) == 31
    assert candidate(2024, 1, 0, 1000) is None
    assert candidate(2024, 1, 0, -1000) is None

    for month, weekday, n in ((1, 0, 0), (0, 0, 1), (13, 0, 1), (-1, 3, 1), (5, 7, 1), (5, -1, 1), (13, 7, 0)):
        try:
            candidate(2024, month, weekday, n)
        except ValueError:
            pass
        else:
            assert False, f"{(month, weekday, n)} is impossible"

    weekday = 0  # 1 January 2018 was a Monday
    for year in (2018, 2019, 2020):
        for month, length in enumerate((31, 29 if year == 2020 else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), 1):
            days = {w: [] for w in range(7)}
            for day in range(1, length + 1):
                days[weekday].append(day)
                weekday = (weekday + 1) % 7
            wanted = (year + month) % 7
            for n in (1, 2, 3, 4, 5):
                expected = days[wanted][n - 1] if n <= len(days[wanted]) else None
                assert candidate(year, month, wanted, n) == expected, (year, month, wanted, n)
            for n in (1, 5):
                expected = days[wanted][-n] if n <= len(days[wanted]) else None
                assert candidate(year, month, wanted, -n) == expected, (year, month, wanted, -n)
