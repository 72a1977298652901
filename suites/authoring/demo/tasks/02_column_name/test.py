def check(candidate):
    assert candidate(1) == "A"
    assert candidate(26) == "Z"
    assert candidate(27) == "AA"
    assert candidate(28) == "AB"
    assert candidate(52) == "AZ"
    assert candidate(53) == "BA"
    assert candidate(702) == "ZZ"
    assert candidate(703) == "AAA"
    assert candidate(16384) == "XFD"
    assert candidate(8353082582) == "ZZZZZZZ"

    for number in (0, -1, -26):
        try:
            candidate(number)
        except ValueError:
            pass
        else:
            assert False, f"column {number} does not exist"

    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    names = [a + b for a in [""] + list(letters) for b in letters]
    for number in range(1, 703, 7):
        assert candidate(number) == names[number - 1], number
