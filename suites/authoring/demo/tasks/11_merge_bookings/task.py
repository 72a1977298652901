# difficulty: medium
def merge_bookings(bookings: list[tuple[int, int]], gap: int) -> list[tuple[int, int]]:
    """Merge the bookings of a room into the stretches in which it can't be let.

    A booking is a pair (start, end). Two bookings belong to the same stretch when they overlap, touch,
    or leave at most `gap` minutes between them: too little to let the room. Return the stretches by
    rising start. Raise ValueError for a booking that ends before it starts.

    >>> merge_bookings([(600, 660), (540, 590), (700, 720)], 15)
    [(540, 660), (700, 720)]
    >>> merge_bookings([(0, 10), (10, 20)], 0)
    [(0, 20)]
    """
    stretches = []
    for start, end in sorted(bookings):
        if end < start:
            raise ValueError(f"booking ({start}, {end}) ends before it starts")
        if stretches and start - stretches[-1][1] <= gap:
            stretches[-1] = (stretches[-1][0], max(stretches[-1][1], end))
        else:
            stretches.append((start, end))
    return stretches
