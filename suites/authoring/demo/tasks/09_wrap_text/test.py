def check(candidate):
    assert candidate("the quick brown fox", 9) == ["the quick", "brown fox"]
    assert candidate("see antidisestablishment now", 8) == ["see", "antidise", "stablish", "ment now"]
    assert candidate("", 5) == []
    assert candidate(" \n\t ", 5) == []
    assert candidate("one", 3) == ["one"]
    assert candidate("a b c", 1) == ["a", "b", "c"]
    assert candidate("abc", 1) == ["a", "b", "c"]
    assert candidate("a  b\n\nc", 80) == ["a b c"]
    assert candidate("well-known facts", 6) == ["well-k", "nown", "facts"]
    assert candidate("x abcdefgh y", 4) == ["x", "abcd", "efgh", "y"]
    assert candidate("aaaa bbbb", 4) == ["aaaa", "bbbb"]
    assert candidate("größe über alles", 10) == ["größe über", "alles"]
    assert candidate("w " * 300, 59) == [" ".join("w" * 30)] * 10

    for width in (0, -3):
        try:
            candidate("text", width)
        except ValueError:
            pass
        else:
            assert False, f"width {width} is too small"

    text = "it is a long way from tipperary to the unbelievably distant sea"
    for width in range(1, 30):
        lines = candidate(text, width)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert all(line == line.strip() and 0 < len(line) <= width for line in lines)
        for line, following in zip(lines, lines[1:]):
            assert len(line) + 1 + len(following.split()[0]) > width, (width, line)
