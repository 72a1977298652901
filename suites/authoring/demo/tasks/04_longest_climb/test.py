def check(candidate):
    assert candidate([3, 1, 2, 5, 4, 6]) == (1, 3)
    assert candidate([5, 4, 3]) == (0, 1)
    assert candidate([]) == (0, 0)
    assert candidate([7]) == (0, 1)
    assert candidate([1, 1, 1]) == (0, 1)
    assert candidate([1, 2, 2, 3, 4]) == (2, 3)
    assert candidate([1, 2, 0, 1]) == (0, 2)
    assert candidate([9, -3, -2, -1, 0]) == (1, 4)
    assert candidate(list(range(1000))) == (0, 1000)
    assert candidate([0, 10**15, 10**15 + 1, 4]) == (0, 3)

    def climbs(heights):
        for start in range(len(heights)):
            for end in range(start + 1, len(heights) + 1):
                piece = heights[start:end]
                if all(a < b for a, b in zip(piece, piece[1:])):
                    yield (end - start, -start)

    for code in range(0, 3**6, 5):
        heights = [code // 3**i % 3 for i in range(6)]
        length, start = max(climbs(heights))
        kept = list(heights)
        assert candidate(heights) == (-start, length), heights
        assert heights == kept
