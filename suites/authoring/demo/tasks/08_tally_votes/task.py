# difficulty: easy
def tally_votes(ballots: list[str]) -> tuple[str, int] | None:
    """Return who won a vote and with how many ballots, or None when nobody voted.

    A ballot holds a name. White space around it and upper or lower case do not matter; blank ballots
    do not count. The winner's name is given in lower case. Of several with the same number of ballots
    the alphabetically first wins.

    >>> tally_votes(["Mia", "tom", " MIA "])
    ('mia', 2)
    >>> tally_votes(["zoe", "Ben"])
    ('ben', 1)
    >>> tally_votes(["", "  "]) is None
    True
    """
    counts = {}
    for ballot in ballots:
        name = ballot.strip().lower()
        if name:
            counts[name] = counts.get(name, 0) + 1
    if not counts:
        return None
    winner = min(counts, key=lambda name: (-counts[name], name))
    return winner, counts[winner]
