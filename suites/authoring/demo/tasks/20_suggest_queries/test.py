def check(candidate):
    log = ["tea pot", "tea", "tea cup", "tea pot"]
    assert candidate(log, "tea", 5) == ["tea pot", "tea cup"]
    assert log == ["tea pot", "tea", "tea cup", "tea pot"]
    assert candidate(["ox", "oak", "owl"], "o", 2) == ["owl", "oak"]
    assert candidate([], "x", 3) == []
    assert candidate(["a", "b"], "", 3) == ["b", "a"]
    assert candidate(["", "a"], "", 3) == ["a"]
    assert candidate(["ab", "ac"], "a", 0) == []
    assert candidate(["ab"], "abc", 3) == []
    assert candidate(["a", "a", "a"], "a", 3) == []
    assert candidate(["Tea", "tea", "teA!"], "te", 3) == ["teA!", "tea"]
    assert candidate(["ab", "ac", "ab", "ac"], "a", 1) == ["ac"]
    assert candidate(["ab", "ac", "ac", "ab"], "a", 2) == ["ab", "ac"]
    assert candidate(["a.c", "abc"], "a.", 2) == ["a.c"]
    assert candidate(["über uns", "übersicht", "uber"], "über", 4) == ["übersicht", "über uns"]
    assert candidate([f"q{i}" for i in range(500)], "q", 3) == ["q499", "q498", "q497"]

    seed = 9
    words = ["a", "aa", "ab", "aab", "b", "ba"]
    for length in range(30):
        log = []
        for _ in range(length):
            seed = seed * 1103515245 + 12345 & 0x7FFFFFFF
            log.append(words[(seed >> 10) % 6])
        for typed in ("", "a", "aa"):
            left = [query for query in log if query[: len(typed)] == typed and len(query) > len(typed)]
            expected = []
            for count in range(len(left), 0, -1):
                for query in reversed(left):
                    if left.count(query) == count and query not in expected:
                        expected.append(query)
            assert candidate(log, typed, 3) == expected[:3], (log, typed)
