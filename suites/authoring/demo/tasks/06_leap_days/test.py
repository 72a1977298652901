def check(candidate):
    assert candidate(2020, 2024) == 2
    assert candidate(1900, 1900) == 0
    assert candidate(2000, 2000) == 1
    assert candidate(2024, 2024) == 1
    assert candidate(2023, 2023) == 0
    assert candidate(2025, 2024) == 0
    assert candidate(2024, 2023) == 0
    assert candidate(2030, 2010) == 0
    assert candidate(1, 1) == 0
    assert candidate(1, 4) == 1
    assert candidate(1, 400) == 97
    assert candidate(1896, 1904) == 2
    assert candidate(1, 4_000_000_000_000) == 970_000_000_000

    def is_leap(year):
        return year % 400 == 0 or (year % 4 == 0 and year % 100 != 0)

    for first in range(1580, 2020, 17):
        for length in (0, 3, 8, 101):
            last = first + length
            assert candidate(first, last) == sum(map(is_leap, range(first, last + 1))), (first, last)
