def check(candidate):
    assert candidate(["Mia", "tom", " MIA "]) == ("mia", 2)
    assert candidate(["zoe", "Ben"]) == ("ben", 1)
    assert candidate(["", "  "]) is None
    assert candidate([]) is None
    assert candidate(["\tA\n"]) == ("a", 1)
    assert candidate(["b", "a", "b", "a", "c"]) == ("a", 2)
    assert candidate(["c", "", "c", " ", "", ""]) == ("c", 2)
    assert candidate(["De Vries", "de vries", "devries"]) == ("de vries", 2)
    assert candidate(["ÅSA", "åsa", "bo"]) == ("åsa", 2)
    assert candidate(["x"] * 500 + ["y"] * 501) == ("y", 501)

    ballots = [" Ann", "BOB "]
    assert candidate(ballots) == ("ann", 1)
    assert ballots == [" Ann", "BOB "]

    for code in range(0, 4**5, 7):
        ballots = [["A", "b ", " C", " "][code // 4**i % 4] for i in range(5)]
        names = sorted(b.strip().lower() for b in ballots if b != " ")
        best = max((names.count(name) for name in names), default=0)
        first = [name for name in names if names.count(name) == best][:1]
        assert candidate(ballots) == ((first[0], best) if first else None), ballots
