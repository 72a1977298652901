# difficulty: hard
def line_diff(old: list[str], new: list[str]) -> list[str]:
    """Show how to turn one list of lines into another while keeping as many lines as possible.

    Each line of the result is a line that is kept, after " ", one to remove, after "-", or one to add,
    after "+". Work from the top: when both lists go on with the same line, keep it. Otherwise remove the old
    line if after that as many lines can be kept as before, and else add the new one.

    >>> line_diff(["a", "b", "c"], ["a", "c", "d"])
    [' a', '-b', ' c', '+d']
    >>> line_diff(["x"], ["y"])
    ['-x', '+y']
    """
    kept = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            same = old[i] == new[j]
            kept[i][j] = kept[i + 1][j + 1] + 1 if same else max(kept[i + 1][j], kept[i][j + 1])
    diff = []
    i = j = 0
    while i < len(old) or j < len(new):
        if i < len(old) and j < len(new) and old[i] == new[j]:
            diff.append(" " + old[i])
            i, j = i + 1, j + 1
        elif i < len(old) and kept[i + 1][j] == kept[i][j]:
            diff.append("-" + old[i])
            i += 1
        else:
            diff.append("+" + new[j])
            j += 1
    return diff
