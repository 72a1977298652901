def check(candidate):
    assert candidate([-1, 0, 1], [1, 1]) == ([-1, 1], [])
    assert candidate([5, 3], [0, 0, 1]) == ([], [5, 3])
    assert candidate([], [1]) == ([], [])
    assert candidate([0, 0], [3, 1]) == ([], [])
    assert candidate([7], [1]) == ([7], [])
    assert candidate([7], [-1]) == ([-7], [])
    assert candidate([1, 2, 3], [1]) == ([1, 2, 3], [])
    assert candidate([1, 2, 0, 0], [0, 1, 0]) == ([2], [1])
    assert candidate([0, 0, 0, 1], [1, -1]) == ([-1, -1, -1], [1])
    assert candidate([-1] + [0] * 99 + [1], [-1, 1]) == ([1] * 100, [])
    assert candidate([10**20, 0, 1], [-(10**10), 1]) == ([10**10, 1], [2 * 10**20])

    dividend, divisor = [4, 0, 1, 0], [2, 1, 0]
    assert candidate(dividend, divisor) == ([-2, 1], [8])
    assert (dividend, divisor) == ([4, 0, 1, 0], [2, 1, 0])

    for wrong, error in (([], ZeroDivisionError), ([0, 0], ZeroDivisionError), ([1, 2], ValueError), ([3], ValueError)):
        try:
            candidate([1, 2, 3], wrong)
        except error:
            pass
        else:
            assert False, f"dividing by {wrong} must raise {error.__name__}"
    try:
        candidate([4, 4], [2, -2, 0])
    except ValueError:
        pass
    else:
        assert False, "the leading coefficient is -2"

    seed = 11
    for round in range(40):
        seed = seed * 1103515245 + 12345 & 0x7FFFFFFF
        dividend = [(seed >> 3 * i) % 9 - 4 for i in range(round % 7)]
        divisor = [(seed >> 2 * i) % 7 - 3 for i in range(round % 4)] + [1 if round % 3 else -1]
        quotient, remainder = candidate(dividend, divisor)
        assert len(remainder) < len(divisor)
        assert not quotient or quotient[-1] != 0
        assert not remainder or remainder[-1] != 0
        back = remainder + [0] * 10
        for i, a in enumerate(quotient):
            for j, b in enumerate(divisor):
                back[i + j] += a * b
        assert back[: len(dividend)] == dividend and not any(back[len(dividend) :]), (dividend, divisor)
