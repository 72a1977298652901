def check(candidate):
    assert candidate(1, 6, 10) == "0.1(6)"
    assert candidate(-5, 2, 2) == "-10.1"
    assert candidate(255, 1, 16) == "ff"
    assert candidate(0, 7, 10) == "0"
    assert candidate(0, -7, 3) == "0"
    assert candidate(22, 7, 10) == "3.(142857)"
    assert candidate(1, -3, 10) == "-0.(3)"
    assert candidate(-1, -3, 3) == "0.1"
    assert candidate(1, 2, 3) == "0.(1)"
    assert candidate(1, 10, 2) == "0.0(0011)"
    assert candidate(10, 10, 10) == "1"
    assert candidate(2, 4, 10) == "0.5"
    assert candidate(1, 12, 10) == "0.08(3)"
    assert candidate(31, 32, 16) == "0.f8"
    assert candidate(11, 13, 16) == "0.(d89)"
    assert candidate(10**30, 3, 10) == "3" * 30 + ".(3)"
    assert len(candidate(1, 983, 10)) == 2 + 982 + 2

    for arguments, error in (
        ((1, 0, 10), ZeroDivisionError),
        ((0, 0, 2), ZeroDivisionError),
        ((1, 2, 1), ValueError),
        ((1, 2, 17), ValueError),
        ((1, 2, 0), ValueError),
        ((1, 2, -10), ValueError),
    ):
        try:
            candidate(*arguments)
        except error:
            pass
        else:
            assert False, f"{arguments} must raise {error.__name__}"

    def number(text, base):
        return int(text, base) if text else 0

    for base in (2, 3, 7, 10, 16):
        for numerator in (1, 5, 37):
            for denominator in (1, 3, 8, 12, 14, 37):
                text = candidate(numerator, denominator, base)
                before, _, after = text.partition(".")
                fixed, _, cycle = after.rstrip(")").partition("(")
                top = number(before + fixed, base)
                bottom = base ** len(fixed)
                if cycle:
                    top = top * (base ** len(cycle) - 1) + number(cycle, base)
                    bottom *= base ** len(cycle) - 1
                    assert fixed[-1:] != cycle[-1], text
                    assert cycle not in (cycle + cycle)[1:-1], text
                assert top * denominator == bottom * numerator, text
                assert before == "0" or before[0] != "0", text
                assert cycle or not after.endswith("0"), text
