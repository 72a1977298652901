# difficulty: hard
import re


def tokenize(source: str) -> list[tuple[str, str]]:
    """Split a program of a small language into tokens, pairs of a kind and a text.

    - "number": digits 0 to 9, then perhaps a point and more digits. `1.` is a number and an operator.
    - "word": an ASCII letter or `_`, then more of them or digits; but "keyword" for if, else, while, fn.
    - "text": in single quotes, on one line. The token holds what is between the quotes, where a backslash
      and n stand for a line break, a backslash and a quote or another backslash for the latter. Nothing
      else follows a backslash.
    - "operator": the longest possible of == != <= >= -> .. + - * / < > = ( ) { } , ; .

    White space and comments, which go from `#` to the end of the line, separate tokens and are dropped.
    Raise ValueError for anything else.

    >>> tokenize("x1 = 2.5*y # double")
    [('word', 'x1'), ('operator', '='), ('number', '2.5'), ('operator', '*'), ('word', 'y')]
    >>> tokenize("if a->b")
    [('keyword', 'if'), ('word', 'a'), ('operator', '->'), ('word', 'b')]
    """
    pattern = re.compile(
        r"(?P<skip>\s+|#[^\n]*)"
        r"|(?P<number>[0-9]+(?:\.[0-9]+)?)"
        r"|(?P<word>[A-Za-z_][A-Za-z_0-9]*)"
        r"|'(?P<text>(?:[^'\\\n]|\\[n'\\])*)'"
        r"|(?P<operator>==|!=|<=|>=|->|\.\.|[-+*/<>=(){},;.])"
    )
    tokens = []
    position = 0
    while position < len(source):
        match = pattern.match(source, position)
        if match is None:
            raise ValueError(f"unexpected character at {position}")
        kind, text = match.lastgroup, match[match.lastgroup]
        if kind == "text":
            text = re.sub(r"\\(.)", lambda escape: "\n" if escape[1] == "n" else escape[1], text)
        elif text in ("if", "else", "while", "fn"):
            kind = "keyword"
        if kind != "skip":
            tokens.append((kind, text))
        position = match.end()
    return tokens
