def check(candidate):
    operations = [("put", "a", 1), ("put", "b", 2), ("get", "a"), ("put", "c", 3), ("get", "b")]
    assert candidate(2, operations) == ([1, None], ["a", "c"])
    assert operations == [("put", "a", 1), ("put", "b", 2), ("get", "a"), ("put", "c", 3), ("get", "b")]
    assert candidate(1, [("put", "a", 1), ("drop", "a"), ("get", "a")]) == ([None], [])
    assert candidate(3, []) == ([], [])
    assert candidate(0, [("put", "a", 1), ("get", "a")]) == ([None], [])
    assert candidate(2, [("drop", "x"), ("get", "x")]) == ([None], [])
    assert candidate(2, [("put", "a", 0), ("get", "a")]) == ([0], ["a"])
    assert candidate(2, [("put", "a", 1), ("put", "b", 2), ("put", "a", 3), ("put", "c", 4)]) == ([], ["a", "c"])
    assert candidate(2, [("put", "a", 1), ("put", "a", -5), ("get", "a")]) == ([-5], ["a"])
    assert candidate(1, [("put", "a", 1), ("put", "b", 2), ("get", "a"), ("get", "b")]) == ([None, 2], ["b"])
    many = [("put", f"k{i}", i) for i in range(300)]
    assert candidate(5, many) == ([], ["k295", "k296", "k297", "k298", "k299"])
    assert candidate(2, [("put", "a", 1), ("put", "b", 2), ("get", "b"), ("get", "a")]) == ([2, 1], ["b", "a"])

    def oracle(capacity, operations):
        entries, results = [], []
        for name, key, *value in operations:
            found = [entry for entry in entries if entry[0] == key]
            if name != "get" or found:
                entries = [entry for entry in entries if entry[0] != key]
            if name == "put":
                entries.append((key, value[0]))
            elif name == "get":
                entries += found
                results.append(found[0][1] if found else None)
            entries = entries[max(0, len(entries) - capacity) :]
        return results, [key for key, _ in entries]

    seed = 3
    for capacity in (0, 1, 2, 3, 4) * 8:
        operations = []
        for step in range(25):
            seed = seed * 1103515245 + 12345 & 0x7FFFFFFF
            name = ("put", "get", "get", "put", "drop", "put", "get", "put")[seed >> 12 & 7]
            key = "pqrstu"[(seed >> 16) % 6]
            operations.append((name, key, step) if name == "put" else (name, key))
        assert candidate(capacity, operations) == oracle(capacity, operations), (capacity, operations)
