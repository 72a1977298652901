def check(candidate):
    fares = [("A", "B", 1), ("B", "C", 1), ("C", "D", 1), ("A", "D", 9)]
    assert candidate(fares, "A", "D", 2) == (3, ["A", "B", "C", "D"])
    assert candidate(fares, "A", "D", 1) == (9, ["A", "D"])
    assert candidate(fares, "A", "D", 0) == (9, ["A", "D"])
    assert candidate(fares, "A", "C", 0) is None
    assert candidate(fares, "D", "A", 5) is None
    assert candidate(fares, "A", "A", 0) == (0, ["A"])
    assert candidate(fares, "A", "Z", 3) is None
    assert candidate(fares, "Z", "Z", 3) == (0, ["Z"])
    assert candidate([], "A", "B", 3) is None
    assert fares == [("A", "B", 1), ("B", "C", 1), ("C", "D", 1), ("A", "D", 9)]

    # The cheapest way to a station in between can need too many trains.
    fares = [("A", "B", 1), ("B", "C", 1), ("A", "C", 5), ("C", "D", 1)]
    assert candidate(fares, "A", "D", 1) == (6, ["A", "C", "D"])
    assert candidate(fares, "A", "D", 2) == (3, ["A", "B", "C", "D"])

    assert candidate([("A", "B", 3), ("A", "B", 2), ("A", "B", 4)], "A", "B", 0) == (2, ["A", "B"])
    assert candidate([("A", "A", 0), ("A", "B", 1)], "A", "B", 4) == (1, ["A", "B"])
    assert candidate([("A", "M", 1), ("M", "B", 1), ("A", "B", 2)], "A", "B", 3) == (2, ["A", "B"])
    ties = [("A", "Y", 1), ("A", "X", 2), ("X", "B", 1), ("Y", "B", 2)]
    assert candidate(ties, "A", "B", 1) == (3, ["A", "X", "B"])
    assert candidate(ties[::-1], "A", "B", 1) == (3, ["A", "X", "B"])
    zero = [("A", "B", 0), ("B", "A", 0), ("B", "C", 0)]
    assert candidate(zero, "A", "C", 9) == (0, ["A", "B", "C"])
    line = [(f"s{i:02}", f"s{i + 1:02}", 10**10) for i in range(30)]
    assert candidate(line, "s00", "s30", 29) == (30 * 10**10, [f"s{i:02}" for i in range(31)])
    assert candidate(line, "s00", "s30", 28) is None

    def all_journeys(fares, stations, goal, trains):
        found = [(0, len(stations), stations)] if stations[-1] == goal else []
        if trains:
            for origin, target, fare in fares:
                if origin == stations[-1]:
                    further = all_journeys(fares, stations + [target], goal, trains - 1)
                    found += [(price + fare, count, way) for price, count, way in further]
        return found

    seed = 31
    for round in range(40):
        fares = []
        for _ in range(9):
            seed = seed * 1103515245 + 12345 & 0x7FFFFFFF
            fares.append(("pqrst"[(seed >> 8) % 5], "pqrst"[(seed >> 12) % 5], (seed >> 16) % 3))
        journeys = all_journeys(fares, ["p"], "t", round % 4 + 1)
        price, _, way = min(journeys, default=(0, 0, None))
        expected = (price, way) if way else None
        assert candidate(fares, "p", "t", round % 4) == expected, (fares, round % 4)
