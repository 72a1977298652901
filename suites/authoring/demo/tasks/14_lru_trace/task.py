# difficulty: medium
def lru_trace(capacity: int, operations: list[tuple]) -> tuple[list[int | None], list[str]]:
    """Simulate a cache that forgets what was not used for the longest time.

    Operations are ("put", key, value), ("get", key) and ("drop", key). Putting and successfully getting
    a key use it. When a put would leave more than `capacity` keys, the key used longest ago goes.
    Dropping removes a key if it is there. Return the result of each get, None for a key that is not
    there, and the keys left at the end, the one used longest ago first.

    >>> lru_trace(2, [("put", "a", 1), ("put", "b", 2), ("get", "a"), ("put", "c", 3), ("get", "b")])
    ([1, None], ['a', 'c'])
    >>> lru_trace(1, [("put", "a", 1), ("drop", "a"), ("get", "a")])
    ([None], [])
    """
    cache = {}
    results = []
    for name, key, *value in operations:
        if name == "put":
            cache.pop(key, None)
            cache[key] = value[0]
            if len(cache) > capacity:
                del cache[next(iter(cache))]
        elif name == "get":
            if key in cache:
                cache[key] = cache.pop(key)
            results.append(cache.get(key))
        else:
            cache.pop(key, None)
    return results, list(cache)
