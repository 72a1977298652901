def check(candidate):
    assert candidate("2 + 3 * (4 - 1)") == 11
    assert candidate("-2^2") == -4
    assert candidate("7 / -2") == -3
    assert candidate("-7/2") == -3
    assert candidate("7/2") == 3
    assert candidate("-7 / -2") == 3
    assert candidate("0 / -5") == 0
    assert candidate("0") == 0
    assert candidate(" 007\t+\n1 ") == 8
    assert candidate("10 - 4 - 3") == 3
    assert candidate("100 / 7 / 2") == 7
    assert candidate("8 / 4 * 2") == 4
    assert candidate("2 ^ 3 ^ 2") == 512
    assert candidate("(2 ^ 3) ^ 2") == 64
    assert candidate("(-2)^3") == -8
    assert candidate("2 ^ -0") == 1
    assert candidate("2 ^ --3") == 8
    assert candidate("--5") == 5
    assert candidate("3 - -2") == 5
    assert candidate("3--2*-4") == -5
    assert candidate("0^0") == 1
    assert candidate("-3^2*2") == -18
    assert candidate("((((7))))") == 7
    assert candidate("(" * 25 + "1" + "+1)" * 25) == 26
    assert candidate("2^100 - 1") == 1267650600228229401496703205375
    assert candidate("(0-(2^80))/3") == -402975273204876391568725
    assert candidate("+".join(["1"] * 400)) == 400

    malformed = ["", " ", "+", "1 +", "* 2", "+3", "1 2", "(1", "1)", "()", "2 (3)", "(2)(3)", "1 + + 2", "3 $ 4"]
    malformed += ["2 ** 3", "1.5", "1,000", "1_000", "0x10", "a", "7 // 2", "5 % 3", "2 ^", "^ 2", "-", "2 ^ -1"]
    malformed += ["(1))", "٣", "1e3", "²", "?", "?1", "1 ? 2", "?1)", "(1?", "2 ? 3 ? 4"]
    for wrong in malformed:
        try:
            value = candidate(wrong)
        except ValueError:
            pass
        else:
            assert False, f"{wrong!r} gave {value}"
    for wrong in ("1/0", "5/(3-3)", "0/0", "1 + 2/(2*0)"):
        try:
            candidate(wrong)
        except ZeroDivisionError:
            pass
        else:
            assert False, f"{wrong!r} divides by 0"

    # Expressions without division and powers mean the same to Python itself.
    seed = 17
    for _ in range(30):
        text = "4"
        for _ in range(9):
            seed = seed * 1103515245 + 12345 & 0x7FFFFFFF
            operator = ("+", "-", "*", "- -", "*-")[(seed >> 9) % 5]
            text = f"{text}{operator}{seed >> 13 & 15}" if seed >> 20 & 3 else f"({text}) {operator} 3"
        assert candidate(text) == eval(text), text
