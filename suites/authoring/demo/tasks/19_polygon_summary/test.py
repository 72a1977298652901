def check(candidate):
    def close(result, area, perimeter):
        return abs(result[0] - area) < 1e-9 and abs(result[1] - perimeter) < 1e-9

    assert close(candidate([(0, 0), (4, 0), (4, 3)]), 6, 12)
    assert close(candidate([(0, 0), (0, 2)]), 0, 4)
    assert close(candidate([]), 0, 0)
    assert close(candidate([(3, -8)]), 0, 0)
    assert close(candidate([(0, 0), (1, 0), (1, 1), (0, 1)]), 1, 4)
    assert close(candidate([(0, 1), (1, 1), (1, 0), (0, 0)]), 1, 4)
    assert close(candidate([(0, 0), (2, 2), (1, 1)]), 0, 2 * 8**0.5)
    assert close(candidate([(0, 0), (4, 0), (4, 4), (2, 1), (0, 4)]), 10, 12 + 2 * 13**0.5)
    assert close(candidate([(-3.5, -1), (2.5, -1), (2.5, 7), (-3.5, 7)]), 48, 28)
    assert close(candidate([(1, 0), (0, 1), (-1, 0), (0, -1)]), 2, 4 * 2**0.5)
    assert len(candidate([(0, 0), (4, 0), (4, 3)])) == 2

    corners = [(5, 1), (1, 4), (1, 1)]
    assert close(candidate(corners), 6, 12)
    assert corners == [(5, 1), (1, 4), (1, 1)]

    def triangles(corners):
        x0, y0 = corners[0]
        total = 0
        for (x1, y1), (x2, y2) in zip(corners[1:], corners[2:]):
            total += ((x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)) / 2
        return abs(total)

    for radius in (1, 2.5, 7):
        for scale in range(1, 6):
            corners = [(radius, 3), (scale, scale + 3), (0, 3 + radius), (-scale, 4), (-radius, 1), (scale / 4, -scale)]
            around = sum(
                ((x1 - x2) ** 2 + (y1 - y2) ** 2) ** 0.5
                for (x1, y1), (x2, y2) in zip(corners, corners[1:] + corners[:1])
            )
            assert close(candidate(corners), triangles(corners), around), corners
            assert close(candidate(corners[::-1]), triangles(corners), around), corners
