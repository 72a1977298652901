def check(candidate):
    assert candidate("MCMXCIV") == 1994
    assert candidate("xiiii") == 14
    assert candidate("I") == 1
    assert candidate("m") == 1000
    assert candidate("MMMCMXCIX") == 3999
    assert candidate("XIX") == 19
    assert candidate("CCCCXXXXIIII") == 444
    assert candidate("CDXXXXIV") == 444
    assert candidate("dccclxxxviii") == 888

    wrong = ["", " ", "iV", "Xi", "VV", "IIV", "IC", "VX", "IIIII", "VIIII", "LXXXX", "DCCCC", "MMMM", "CMCM", "XIVI"]
    wrong += ["IXI", "XCX", "LL", "DD", "XLX", "CDC", " X", "X\n", "A", "X1", "-V", "ı", "VIV", "LXL", "DCD", "IVIV"]
    for text in wrong:
        try:
            value = candidate(text)
        except ValueError:
            pass
        else:
            assert False, f"{text!r} gave {value}"

    def digit(value, one, five, ten):
        small = ["", one, one * 2, one * 3]
        return (small + [one + five] + [five + ones for ones in small] + [one + ten])[value]

    for number in list(range(1, 60)) + list(range(60, 4000, 37)):
        text = "M" * (number // 1000)
        text += digit(number // 100 % 10, "C", "D", "M") + digit(number // 10 % 10, "X", "L", "C")
        text += digit(number % 10, "I", "V", "X")
        assert candidate(text) == number, text
        assert candidate(text.lower()) == number, text
