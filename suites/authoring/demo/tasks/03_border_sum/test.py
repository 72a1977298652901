def check(candidate):
    assert candidate([[1, 2, 3], [4, 5, 6], [7, 8, 9]]) == 40
    assert candidate([[1, 2, 3]]) == 6
    assert candidate([[1], [2], [3]]) == 6
    assert candidate([[7]]) == 7
    assert candidate([]) == 0
    assert candidate([[]]) == 0
    assert candidate([[], []]) == 0
    assert candidate([[1, -2], [-3, 4]]) == 0
    assert candidate([[0, 0, 0, 0], [0, 9, 9, 0], [0, 0, 0, 0]]) == 0
    assert candidate([[10**12] * 3] * 3) == 8 * 10**12

    grid = [[1, 2], [3, 4], [5, 6]]
    assert candidate(grid) == 21
    assert grid == [[1, 2], [3, 4], [5, 6]]

    for height in range(1, 6):
        for width in range(1, 6):
            grid = [[(3 * y + 7 * x) % 11 - 5 for x in range(width)] for y in range(height)]
            inner = sum(sum(row[1:-1]) for row in grid[1:-1])
            assert candidate(grid) == sum(map(sum, grid)) - inner, grid
