# difficulty: medium
import re


def parse_fields(line: str) -> list[str]:
    """Split a line of comma separated fields.

    A field is either bare, then blanks around it do not belong to it, or in double quotes. In quotes
    commas and blanks are kept and two double quotes stand for one. Blanks may stand around quotes.
    Raise ValueError for a quote within a bare field, for anything but blanks between a closing quote
    and the next comma, and for quotes that never close.

    >>> parse_fields('red, "green, or so" ,blue')
    ['red', 'green, or so', 'blue']
    >>> parse_fields('"say ""hi"" twice",')
    ['say "hi" twice', '']
    """
    pattern = re.compile(r' *(?:"((?:[^"]|"")*)"|([^",]*)) *(,|\Z)')
    fields = []
    position = 0
    while True:
        match = pattern.match(line, position)
        if match is None:
            raise ValueError(f"misplaced quote after character {position}")
        quoted, bare, comma = match.groups()
        fields.append(bare.strip(" ") if quoted is None else quoted.replace('""', '"'))
        if not comma:
            return fields
        position = match.end()
