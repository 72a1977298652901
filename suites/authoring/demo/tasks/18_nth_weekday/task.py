# difficulty: medium
import calendar


def nth_weekday(year: int, month: int, weekday: int, n: int) -> int | None:
    """Return the day of the month of its n-th Monday, Tuesday and so on.

    Weekdays are numbered from 0 for Monday to 6 for Sunday. A negative n counts from the end of the
    month: -1 is the last one. Return None when the month has no such day. Raise ValueError when n is 0
    or when there is no such month or weekday. Years are between 1 and 9999.

    >>> nth_weekday(2024, 11, 3, 4)
    28
    >>> nth_weekday(2024, 2, 3, -1)
    29
    >>> nth_weekday(2024, 2, 4, 5) is None
    True
    """
    if n == 0 or not 1 <= month <= 12 or not 0 <= weekday <= 6:
        raise ValueError("no such month, weekday or count")
    first, length = calendar.monthrange(year, month)
    days = range(1 + (weekday - first) % 7, length + 1, 7)
    return days[n - 1 if n > 0 else n] if abs(n) <= len(days) else None
