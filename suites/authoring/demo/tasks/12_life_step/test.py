def check(candidate):
    assert candidate([".....", "..#..", "..#..", "..#..", "....."]) == [".....", ".....", ".###.", ".....", "....."]
    assert candidate(["##", "##"]) == ["..", ".."]
    assert candidate([]) == []
    assert candidate(["."]) == ["."]
    assert candidate(["#"]) == ["."]
    assert candidate(["....", "....", "...."]) == ["....", "....", "...."]
    assert candidate(["....", ".##.", ".##.", "...."]) == ["....", ".##.", ".##.", "...."]
    assert candidate(["#..#", "....", "....", "#..#"]) == ["#..#", "....", "....", "#..#"]
    assert candidate(["#....", ".....", ".....", "#....", "#...."]) == [".....", ".....", ".....", ".....", "##..#"]
    assert candidate(["#.", ".."]) == ["..", ".."]
    assert candidate(["#..", "...", "..."]) == ["...", "...", "..."]
    assert candidate(["#.."]) == ["###"]

    board = [".#....", "..#...", "###...", "......", "......", "......"]
    kept = list(board)
    current = board
    for _ in range(4):
        current = candidate(current)
    assert board == kept
    assert current == ["......", "..#...", "...#..", ".###..", "......", "......"]
    for _ in range(20):
        current = candidate(current)
    assert current == board

    seed = 7
    for _ in range(12):
        seed = seed * 1103515245 + 12345 & 0x7FFFFFFF
        height, width = 3 + seed % 3, 3 + seed // 8 % 3
        live = {(i // width, i % width) for i in range(height * width) if seed >> (i % 25 + 4) & 1}
        board = ["".join(".#"[(y, x) in live] for x in range(width)) for y in range(height)]
        touched = [((y + a) % height, (x + b) % width) for y, x in live for a in (-1, 0, 1) for b in (-1, 0, 1)]
        following = [
            "".join(".#"[touched.count((y, x)) in ((3, 4) if (y, x) in live else (3,))] for x in range(width))
            for y in range(height)
        ]
        assert candidate(board) == following, board
