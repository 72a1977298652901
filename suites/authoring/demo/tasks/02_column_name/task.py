# difficulty: easy
def column_name(number: int) -> str:
    """Return the name that a spreadsheet gives to its column `number`, counted from 1.

    Columns are named A to Z, then AA, AB, ... AZ, BA and so on. Raise ValueError below 1.

    >>> column_name(1)
    'A'
    >>> column_name(28)
    'AB'
    """
    if number < 1:
        raise ValueError("columns are counted from 1")
    name = ""
    while number:
        number, letter = divmod(number - 1, 26)
        name = chr(ord("A") + letter) + name
    return name
