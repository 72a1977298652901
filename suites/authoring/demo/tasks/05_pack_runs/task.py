# difficulty: easy
def pack_runs(text: str) -> str:
    """Shorten runs of equal characters.

    A run of two or more is written as its length and the character; a single character is written as
    it is. A count has one digit only: longer runs are split into runs of nine and what remains.
    The text contains no digits.

    >>> pack_runs("aaabcc")
    '3ab2c'
    >>> pack_runs("-" * 12)
    '9-3-'
    >>> pack_runs("x" * 10)
    '9xx'
    """
    packed = ""
    index = 0
    while index < len(text):
        length = 1
        while length < 9 and text[index : index + length + 1] == text[index] * (length + 1):
            length += 1
        packed += (str(length) if length > 1 else "") + text[index]
        index += length
    return packed
