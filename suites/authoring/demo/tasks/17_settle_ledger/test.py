def check(candidate):
    entries = [("transfer", "ann", "bob", 70), ("withdraw", "ann", 50)]
    balances = {"ann": 100, "bob": 0}
    assert candidate(balances, entries) == ({"ann": 30, "bob": 70}, [1])
    assert balances == {"ann": 100, "bob": 0}
    assert entries == [("transfer", "ann", "bob", 70), ("withdraw", "ann", 50)]
    assert candidate({"ann": 0}, [("deposit", "ann", 5), ("deposit", "eve", 5)]) == ({"ann": 5}, [1])
    assert candidate({}, []) == ({}, [])
    assert candidate({"a": 5}, []) == ({"a": 5}, [])
    assert candidate({}, [("withdraw", "a", 1), ("transfer", "a", "b", 1)]) == ({}, [0, 1])
    assert candidate({"a": 5}, [("withdraw", "a", 5)]) == ({"a": 0}, [])
    assert candidate({"a": 5}, [("withdraw", "a", 6), ("withdraw", "a", 1)]) == ({"a": 4}, [0])
    assert candidate({"a": 5}, [("deposit", "a", 0), ("deposit", "a", -1)]) == ({"a": 5}, [0, 1])
    assert candidate({"a": 5}, [("withdraw", "a", 0), ("withdraw", "a", -9)]) == ({"a": 5}, [0, 1])
    assert candidate({"a": 5}, [("transfer", "a", "x", 1)]) == ({"a": 5}, [0])
    assert candidate({"a": 5}, [("transfer", "x", "a", 1)]) == ({"a": 5}, [0])
    assert candidate({"a": 5, "b": 0}, [("transfer", "a", "b", 0)]) == ({"a": 5, "b": 0}, [0])
    assert candidate({"a": 5, "b": 0}, [("transfer", "b", "a", -3)]) == ({"a": 5, "b": 0}, [0])
    assert candidate({"a": 5}, [("transfer", "a", "a", 5), ("transfer", "a", "a", 6)]) == ({"a": 5}, [1])
    assert candidate({"a": -5}, [("deposit", "a", 1), ("withdraw", "a", 1)]) == ({"a": -4}, [1])
    assert candidate({"": 1}, [("withdraw", "", 1), ("deposit", "", 3)]) == ({"": 3}, [])
    assert candidate({"a": 10**18, "b": 1}, [("transfer", "a", "b", 10**18)]) == ({"a": 0, "b": 10**18 + 1}, [])

    seed = 5
    for _ in range(20):
        entries = []
        for _ in range(12):
            seed = seed * 1103515245 + 12345 & 0x7FFFFFFF
            cents, one, two = (seed >> 8) % 9 - 1, "abcx"[seed >> 14 & 3], "abcx"[seed >> 18 & 3]
            kind = ("deposit", "withdraw", "transfer")[(seed >> 22) % 3]
            entries.append((kind, one, two, cents) if kind == "transfer" else (kind, one, cents))
        expected, refused = {"a": 3, "b": 0, "c": 9}, []
        for position, entry in enumerate(entries):
            changes = {"deposit": [(1, 1)], "withdraw": [(1, -1)], "transfer": [(1, -1), (2, 1)]}[entry[0]]
            trial = dict(expected)
            for place, sign in changes:
                trial[entry[place]] = trial.get(entry[place], -99) + sign * entry[-1]
                if trial[entry[place]] < 0:
                    trial = None
                    break
            if trial is None or entry[-1] < 1 or len(trial) > 3:
                refused.append(position)
            else:
                expected = trial
        assert candidate({"a": 3, "b": 0, "c": 9}, entries) == (expected, refused), entries
