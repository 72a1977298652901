# difficulty: medium
def wrap_text(text: str, width: int) -> list[str]:
    """Break a text into lines of at most `width` characters.

    Words are separated by any white space and by one blank in the result. A line takes as many words
    as fit. A word longer than a line starts on a line of its own and is cut into pieces of `width`;
    further words may follow its last piece. Raise ValueError when the width is below 1.

    >>> wrap_text("the quick brown fox", 9)
    ['the quick', 'brown fox']
    >>> wrap_text("see antidisestablishment now", 8)
    ['see', 'antidise', 'stablish', 'ment now']
    """
    if width < 1:
        raise ValueError("a line needs room for a character")
    lines = []
    line = ""
    for word in text.split():
        if line and len(line) + 1 + len(word) <= width:
            line += " " + word
            continue
        if line:
            lines.append(line)
        while len(word) > width:
            lines.append(word[:width])
            word = word[width:]
        line = word
    if line:
        lines.append(line)
    return lines
