def check(candidate):
    assert candidate('red, "green, or so" ,blue') == ["red", "green, or so", "blue"]
    assert candidate('"say ""hi"" twice",') == ['say "hi" twice', ""]
    assert candidate("") == [""]
    assert candidate("   ") == [""]
    assert candidate(",") == ["", ""]
    assert candidate(", ,") == ["", "", ""]
    assert candidate("one") == ["one"]
    assert candidate("?, really? ") == ["?", "really?"]
    assert candidate("  a b  ,c  d") == ["a b", "c  d"]
    assert candidate('""') == [""]
    assert candidate('"",""') == ["", ""]
    assert candidate('"  kept  "') == ["  kept  "]
    assert candidate('""""') == ['"']
    assert candidate('"a"",b",c') == ['a",b', "c"]
    assert candidate("it's,-1,ü") == ["it's", "-1", "ü"]
    assert candidate("a\t,\tb") == ["a\t", "\tb"]
    assert candidate('"two\nlines",x') == ["two\nlines", "x"]

    for wrong in ('a"b', '"a', '"a"b', '"a" "b"', 'x,"y', '"""', 'a "b"', '"a""', 'a,b"', '"a"b,c'):
        try:
            fields = candidate(wrong)
        except ValueError:
            pass
        else:
            assert False, f"{wrong} gave {fields}"

    pieces = ["", "a", ",", '"', " b", '","']
    for first in pieces:
        for second in pieces:
            for third in ("x", '""', " "):
                fields = [first, second, third]
                line = ",".join('"' + field.replace('"', '""') + '"' for field in fields)
                assert candidate(line) == fields, line
