# difficulty: medium
def life_step(board: list[str]) -> list[str]:
    """Compute the next generation of Conway's game of life on a torus.

    The board is a list of equally long rows of `#` (alive) and `.` (dead). The first row is below the
    last one and the first column right of the last one. A cell has eight neighbouring positions; on a
    board with less than three rows or columns the same cell can be at several of them and counts each
    time. A live cell with two or three live neighbours lives on; a dead cell with exactly three
    comes alive; all others are dead.

    >>> life_step([".....", "..#..", "..#..", "..#..", "....."])
    ['.....', '.....', '.###.', '.....', '.....']
    >>> life_step(["##", "##"])
    ['..', '..']
    """
    height = len(board)
    after = []
    for y, row in enumerate(board):
        cells = ""
        for x, cell in enumerate(row):
            around = sum(
                board[(y + dy) % height][(x + dx) % len(row)] == "#"
                for dy in (-1, 0, 1)
                for dx in (-1, 0, 1)
                if dy or dx
            )
            cells += "#" if around == 3 or (around == 2 and cell == "#") else "."
        after.append(cells)
    return after
