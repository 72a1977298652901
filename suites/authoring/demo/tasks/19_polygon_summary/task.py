# difficulty: medium
import math


def polygon_summary(corners: list[tuple[float, float]]) -> tuple[float, float]:
    """Return the area and the perimeter of a polygon whose sides do not cross.

    The corners are given in order, clockwise or not; the last one is joined to the first. With two
    corners the way there and back is the perimeter, with fewer it is 0; the area of both is 0.

    >>> polygon_summary([(0, 0), (4, 0), (4, 3)])
    (6.0, 12.0)
    >>> polygon_summary([(0, 0), (0, 2)])
    (0.0, 4.0)
    """
    doubled = 0.0
    perimeter = 0.0
    for (x1, y1), (x2, y2) in zip(corners, corners[1:] + corners[:1]):
        doubled += x1 * y2 - x2 * y1
        perimeter += math.hypot(x2 - x1, y2 - y1)
    return abs(doubled) / 2, perimeter
