def check(candidate):
    assert candidate("aaabcc") == "3ab2c"
    assert candidate("-" * 12) == "9-3-"
    assert candidate("x" * 10) == "9xx"
    assert candidate("") == ""
    assert candidate("q") == "q"
    assert candidate("ab") == "ab"
    assert candidate("aab") == "2ab"
    assert candidate("abb") == "a2b"
    assert candidate("y" * 9) == "9y"
    assert candidate("y" * 18) == "9y9y"
    assert candidate("aA") == "aA"
    assert candidate("  \n\n\n") == "2 3\n"
    assert candidate("ééé€") == "3é€"
    assert candidate("z" * 100) == "9z" * 11 + "z"

    def unpack(packed):
        text, count = "", 1
        for character in packed:
            if character.isdigit():
                count = int(character)
            else:
                text, count = text + character * count, 1
        return text

    for a in (0, 1, 2, 8, 9, 11):
        for b in (1, 3, 10, 19):
            text = "a" * a + "b" * b + "a" * (b - a)
            packed = candidate(text)
            assert unpack(packed) == text, text
            assert "1" not in packed and "0" not in packed
