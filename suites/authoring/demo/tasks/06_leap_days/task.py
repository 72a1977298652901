# difficulty: easy
def leap_days(first_year: int, last_year: int) -> int:
    """Count the 29ths of February from the beginning of one year to the end of another.

    Both years count; the Gregorian rule holds for all of them: every fourth year is a leap year, but
    full centuries only when 400 divides them. Years are positive. A last year before the first gives 0.

    >>> leap_days(2020, 2024)
    2
    >>> leap_days(1900, 1900)
    0
    """
    if last_year < first_year:
        return 0

    def up_to(year):
        return year // 4 - year // 100 + year // 400

    return up_to(last_year) - up_to(first_year - 1)
