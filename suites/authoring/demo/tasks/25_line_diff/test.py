def check(candidate):
    assert candidate(["a", "b", "c"], ["a", "c", "d"]) == [" a", "-b", " c", "+d"]
    assert candidate(["x"], ["y"]) == ["-x", "+y"]
    assert candidate([], []) == []
    assert candidate(["a"], []) == ["-a"]
    assert candidate([], ["a", "b"]) == ["+a", "+b"]
    assert candidate(["a", "a"], ["a", "a"]) == [" a", " a"]
    assert candidate(["a", "b"], ["b", "a"]) == ["-a", " b", "+a"]
    assert candidate(["a", "a"], ["a"]) == [" a", "-a"]
    assert candidate(["b", "a"], ["a"]) == ["-b", " a"]
    assert candidate(["a"], ["b", "a"]) == ["+b", " a"]
    assert candidate(["", " "], [" ", ""]) == ["-", "  ", "+"]
    assert candidate(["-a", "+b"], ["+b", "-c"]) == ["--a", " +b", "+-c"]
    assert candidate(["A", "ü"], ["a", "ü"]) == ["-A", "+a", " ü"]
    assert candidate(list("abcbdab"), list("bdcaba")) == ["-a", " b", "-c", "-b", " d", "+c", " a", " b", "+a"]
    longer = [str(i) for i in range(60)]
    turned = ["-" + i for i in longer[:-1]] + [" 59"] + ["+" + i for i in longer[-2::-1]]
    assert candidate(longer, longer[::-1]) == turned

    old, new = ["a", "b"], ["b"]
    assert candidate(old, new) == ["-a", " b"]
    assert (old, new) == (["a", "b"], ["b"])

    def choices(items):
        return [[item for i, item in enumerate(items) if code >> i & 1] for code in range(2 ** len(items))]

    def most(old, new):
        return max(len(choice) for choice in choices(old) if choice in choices(new))

    def walk(old, new):
        if old and new and old[0] == new[0]:
            return [" " + old[0]] + walk(old[1:], new[1:])
        if old and most(old[1:], new) == most(old, new):
            return ["-" + old[0]] + walk(old[1:], new)
        return ["+" + new[0]] + walk(old, new[1:]) if new else []

    for code in range(0, 3**7, 61):
        lines = ["xyz"[code // 3**i % 3] for i in range(7)]
        for cut in (2, 4):
            assert candidate(lines[:cut], lines[cut:]) == walk(lines[:cut], lines[cut:]), (lines, cut)
