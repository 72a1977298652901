# difficulty: hard
def cheapest_route(
    fares: list[tuple[str, str, int]], start: str, goal: str, changes: int
) -> tuple[int, list[str]] | None:
    """Find the cheapest journey with at most `changes` changes of train.

    A fare is (from, to, price) of one train, in that direction only; prices are not negative. Return the price
    and the stations in order, or None when there is no such journey. Of equally cheap journeys take the one
    with the fewest trains, and of those the one whose list of stations is alphabetically first. Who is
    there already travels for 0 and takes no train.

    >>> fares = [("A", "B", 1), ("B", "C", 1), ("C", "D", 1), ("A", "D", 9)]
    >>> cheapest_route(fares, "A", "D", 2)
    (3, ['A', 'B', 'C', 'D'])
    >>> cheapest_route(fares, "A", "D", 1)
    (9, ['A', 'D'])
    """
    reached = {start: (0, [start])}
    arrivals = []
    for _ in range(changes + 2):
        if goal in reached:
            price, stations = reached[goal]
            arrivals.append((price, len(stations), stations))
        following = {}
        for origin, target, fare in fares:
            if origin in reached:
                price, stations = reached[origin]
                journey = (price + fare, stations + [target])
                following[target] = min(following.get(target, journey), journey)
        reached = following
    if not arrivals:
        return None
    price, _, stations = min(arrivals)
    return price, stations
