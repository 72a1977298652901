def check(candidate):
    assert candidate({"app": ["lib", "css"], "lib": ["base"]}) == ["base", "css", "lib", "app"]
    assert candidate({"b": [], "a": []}) == ["a", "b"]
    assert candidate({}) == []
    assert candidate({"x": []}) == ["x"]
    assert candidate({"x": ["y"]}) == ["y", "x"]
    assert candidate({"a": ["z"], "b": [], "c": ["b"]}) == ["b", "c", "z", "a"]
    assert candidate({"a": ["b", "b"], "b": ["c", "c", "c"]}) == ["c", "b", "a"]
    assert candidate({"d": ["b", "c"], "b": ["a"], "c": ["a"]}) == ["a", "b", "c", "d"]
    assert candidate({"Z": [], "a": [], "é": [], "10": [], "9": []}) == ["10", "9", "Z", "a", "é"]
    chain = {f"t{i:03}": [f"t{i + 1:03}"] for i in range(120)}
    assert candidate(chain) == [f"t{i:03}" for i in range(120, -1, -1)]

    needs = {"a": ["c", "b"], "b": ["c"]}
    assert candidate(needs) == ["c", "b", "a"]
    assert needs == {"a": ["c", "b"], "b": ["c"]}

    for wrong in ({"a": ["a"]}, {"a": ["b"], "b": ["a"]}, {"x": [], "a": ["b"], "b": ["c"], "c": ["a", "x"]}):
        try:
            candidate(wrong)
        except ValueError:
            pass
        else:
            assert False, f"{wrong} has a circle"

    def first_possible(needs):
        left = sorted(set(needs) | {t for required in needs.values() for t in required})
        order = []
        while left:
            following = next(t for t in left if all(r in order for r in needs.get(t, [])))
            left.remove(following)
            order.append(following)
        return order

    names = "fbdaec"
    for code in range(1, 2**15, 521):
        pairs = [(i, j) for i in range(6) for j in range(i)]
        needs = {name: [] for name in names[code % 4 :]}
        for bit, (i, j) in enumerate(pairs):
            if code >> bit & 1:
                needs.setdefault(names[i], []).append(names[j])
        assert candidate(needs) == first_possible(needs), needs
