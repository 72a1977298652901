#!/usr/bin/env python3
"""Compares two builds of Assay on Python programs that compute for a second: how much faster the second one executes them, and
whether they use the same fuel.

    builds.py [--rounds N] OLD NEW      with the binaries OLD and NEW, on a machine that does nothing else

Each round executes a program with one after the other. Ratios are of the times of whole commands, of each build the middle one of its rounds.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# What each calls, at the end of PRELUDE.
PROGRAMS = {
    "calls": "fib(31)",
    "loops": "loop(8_000_000)",
    "permutations": "steps(9)",
    "dictionaries": "count(1_500_000)",
    "hashes": "sha(800_000)",
    "matrices": "matrices(120)",
    "long integers": "powers(4_000)",
    "regular expressions": "matches(50_000)",
    "sorting": "in_order(1_500_000)",
    "exceptions": "caught(2_000_000)",
    "pandas": "groups(3_000)",
}

PRELUDE = """
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)

def loop(n):
    total = 0
    for i in range(n):
        total += i * i % 7
    return total

def steps(n):
    from itertools import permutations
    return max(sum(abs(p[i] - p[i + 1]) for i in range(n - 1)) for p in permutations(range(n)))

def count(n):
    counts = {}
    for i in range(n):
        counts[str(i)] = counts.get(str(i // 2), 0) + 1
    return len(counts)

def sha(n):
    import hashlib
    digest = b""
    for _ in range(n):
        digest = hashlib.sha256(digest).digest()
    return digest

def matrices(n):
    import numpy as np
    matrix = np.random.RandomState(0).rand(300, 300)
    for _ in range(n):
        matrix = np.tanh(matrix @ matrix.T / 300)
    return float(matrix.sum())

def powers(n):
    number = 3**5000
    return sum(number * number % (10**2000 + i) % 97 for i in range(n))

def matches(n):
    import re
    return sum(len(re.findall(r"(a+b?)+c|x\\d+", "aaabac x12 " * 10)) for _ in range(n))

def in_order(n):
    import random
    draw = random.Random(0)
    numbers = sorted(draw.random() for _ in range(n))
    return sorted(numbers, key=lambda number: -number)[0]

def caught(n):
    count = 0
    for i in range(n):
        try:
            raise ValueError(i)
        except ValueError:
            count += 1
    return count

def groups(n):
    import pandas as pd
    frame = pd.DataFrame({"a": range(100), "b": [i % 7 for i in range(100)]})
    return sum(float(frame.groupby("b").a.mean().sum()) for _ in range(n))
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("old")
    parser.add_argument("new")
    arguments = parser.parse_args()
    builds, ratios, differ = (arguments.old, arguments.new), [], []
    with tempfile.TemporaryDirectory() as directory:
        for name, call in PROGRAMS.items():
            path = Path(directory, "program.py")
            path.write_text(f"{PRELUDE}\nprint({call})\n")
            rounds = [[execute(build, path) for build in builds] for _ in range(arguments.rounds)]
            old, new = (statistics.median(round[build][0] for round in rounds) for build in (0, 1))
            fuel = [{round[build][1] for round in rounds} for build in (0, 1)]
            if fuel[0] != fuel[1] or len(fuel[0]) != 1:
                differ.append(name)
            ratios.append(old / new)
            print(f"| {name} | {old:.2f} | {new:.2f} | {old / new:.2f} |", flush=True)
    print(f"| geometric mean | | | {statistics.geometric_mean(ratios):.2f} |")
    if differ:
        sys.exit(f"error: the builds differ in the outcome or the fuel of {', '.join(differ)}")


def execute(build, path):
    """The seconds that the command took, and the program's end with its fuel."""
    start = time.perf_counter()
    done = subprocess.run([build, "exec", "--json", path], capture_output=True, text=True)
    seconds = time.perf_counter() - start
    try:
        outcome = json.loads(done.stdout)
    except ValueError:
        sys.exit(f"error: {build} printed no outcome: {done.stderr}")
    return seconds, (outcome["outcome"], outcome["stdout"], outcome["fuel"])


if __name__ == "__main__":
    main()
