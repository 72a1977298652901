def check(candidate):
    assert candidate("Ada Lovelace") == "AL"
    assert candidate("anna-lena von berg") == "A-LVB"
    assert candidate("Agent 007") == "A"
    assert candidate("") == ""
    assert candidate("   ") == ""
    assert candidate("x") == "X"
    assert candidate("  grace \t brewster\nmurray  hopper ") == "GBMH"
    assert candidate("émile zola") == "ÉZ"
    assert candidate("Ольга Иванова") == "ОИ"
    assert candidate("-lena x") == "LX"
    assert candidate("lena- x") == "LX"
    assert candidate("jean-2-paul") == "J-P"
    assert candidate("a-b-c d-e") == "A-B-CD-E"
    assert candidate("r2-d2 c3po") == "R-DC"
    assert candidate("'t Hooft") == "H"
    assert candidate("- -- 4-5") == ""

    def oracle(name):
        shown = []
        for part in name.split():
            for piece in part.split("-"):
                if piece and piece[0].isalpha():
                    follows = shown and shown[-1][1] is part
                    shown.append((("-" if follows else "") + piece[0].upper(), part))
        return "".join(text for text, _ in shown)

    for first in ("ada", "bo-li", "3d", "-z", "Q"):
        for second in ("", "mc-4", "king", "o-o-o"):
            name = first + " " + second
            assert candidate(name) == oracle(name), name
