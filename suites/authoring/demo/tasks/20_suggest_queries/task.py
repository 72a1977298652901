# difficulty: medium
def suggest_queries(log: list[str], typed: str, limit: int) -> list[str]:
    """Suggest how a half-typed search query could go on.

    `log` holds earlier queries, the oldest first. Suggest those that begin with what was typed and are
    longer than it, each once: the most frequent first, among equally frequent ones the most recently
    used first, and at most `limit`. Upper and lower case differ.

    >>> suggest_queries(["tea pot", "tea", "tea cup", "tea pot"], "tea", 5)
    ['tea pot', 'tea cup']
    >>> suggest_queries(["ox", "oak", "owl"], "o", 2)
    ['owl', 'oak']
    """
    counts = {}
    latest = {}
    for position, query in enumerate(log):
        if query.startswith(typed) and query != typed:
            counts[query] = counts.get(query, 0) + 1
            latest[query] = position
    ranked = sorted(counts, key=lambda query: (counts[query], latest[query]), reverse=True)
    return ranked[:limit]
