def check(candidate):
    def kinds(source):
        return [kind for kind, _ in candidate(source)]

    def texts(source):
        return [text for _, text in candidate(source)]

    assert candidate("x1 = 2.5*y # double") == [
        ("word", "x1"), ("operator", "="), ("number", "2.5"), ("operator", "*"), ("word", "y")
    ]
    assert candidate("if a->b") == [("keyword", "if"), ("word", "a"), ("operator", "->"), ("word", "b")]
    assert candidate("") == []
    assert candidate(" \t\r\n") == []
    assert candidate("# only a comment") == []
    assert candidate("#\n#") == []
    assert candidate("a#b\nc") == [("word", "a"), ("word", "c")]
    assert candidate("7") == [("number", "7")]
    assert candidate("1.") == [("number", "1"), ("operator", ".")]
    assert texts("1..2") == ["1", "..", "2"]
    assert texts("1.5.2") == ["1.5", ".", "2"]
    assert texts("1...2") == ["1", "..", ".", "2"]
    assert texts(".5") == [".", "5"]
    assert texts("a<==b") == ["a", "<=", "=", "b"]
    assert texts("a===b!=c") == ["a", "==", "=", "b", "!=", "c"]
    assert texts("x-->y") == ["x", "-", "->", "y"]
    assert texts("a>=b<c>d") == ["a", ">=", "b", "<", "c", ">", "d"]
    assert kinds("if else while fn iffy If _") == ["keyword"] * 4 + ["word"] * 3
    assert candidate("2x") == [("number", "2"), ("word", "x")]
    assert candidate("007") == [("number", "007")]
    assert candidate("''") == [("text", "")]
    assert candidate("'if'") == [("text", "if")]
    assert candidate("fn 'a # b'") == [("keyword", "fn"), ("text", "a # b")]
    assert candidate("'it\\'s'") == [("text", "it's")]
    assert candidate("'a\\nb'") == [("text", "a\nb")]
    assert candidate("'\\\\'") == [("text", "\\")]
    assert candidate("'\\\\n'") == [("text", "\\n")]
    assert candidate("'\\\\\\''") == [("text", "\\'")]
    assert candidate("'a''b'") == [("text", "a"), ("text", "b")]
    assert candidate("'grüße \t€'") == [("text", "grüße \t€")]
    assert candidate("# 'open\nx") == [("word", "x")]
    assert texts("(){},;.+-*/=") == list("(){},;.+-*/=")

    malformed = ["'open", "'", "'a\nb'", "'\\t'", "'\\'", "'a\\\nb'"]
    malformed += ["@", "a & b", "a | b", "!", "a ! b", "\"x\"", "ü", "x²", "٣"]
    for wrong in malformed:
        try:
            tokens = candidate(wrong)
        except ValueError:
            pass
        else:
            assert False, f"{wrong!r} gave {tokens}"

    pieces = [("word", "a"), ("number", "1"), ("operator", "="), ("operator", "=="), ("text", "#"), ("keyword", "fn")]
    for first in pieces:
        for second in pieces:
            for gap in (" ", "\n", " #'\n"):
                shown = [f"'{text}'" if kind == "text" else text for kind, text in (first, second)]
                assert candidate(gap.join(shown)) == [first, second], (shown, gap)
