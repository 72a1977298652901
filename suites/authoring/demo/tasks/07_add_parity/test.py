def check(candidate):
    assert candidate([0, 1, 3]) == [0, 129, 3]
    assert candidate([127]) == [255]
    assert candidate([]) == []
    assert candidate([64]) == [192]
    assert candidate([96, 97]) == [96, 225]
    assert candidate([5, 5, 5]) == [5, 5, 5]

    values = [7, 8, 9]
    assert candidate(values) == [135, 136, 9]
    assert values == [7, 8, 9]

    for wrong in ([128], [-1], [1, 2, 300], [255], [-128, 0]):
        try:
            candidate(wrong)
        except ValueError:
            pass
        else:
            assert False, f"{wrong} does not fit"

    framed = candidate(list(range(128)))
    assert len(framed) == 128
    for value, result in enumerate(framed):
        assert result % 128 == value
        assert result in (value, value + 128)
        ones = 0
        while result:
            ones, result = ones + result % 2, result // 2
        assert ones % 2 == 0, value
