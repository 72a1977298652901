# difficulty: easy
def badge_initials(name: str) -> str:
    """Return the initials to print on a conference badge.

    The parts of a name are separated by white space. Each part gives its first letter in upper case.
    A part with hyphens gives the first letter of each of its pieces, joined by hyphens.
    Parts and pieces that do not start with a letter give nothing.

    >>> badge_initials("Ada Lovelace")
    'AL'
    >>> badge_initials("anna-lena von berg")
    'A-LVB'
    >>> badge_initials("Agent 007")
    'A'
    """
    initials = ""
    for part in name.split():
        letters = [piece[0].upper() for piece in part.split("-") if piece[:1].isalpha()]
        initials += "-".join(letters)
    return initials
