#!/usr/bin/env python3
"""Makes a checkout of test262 of the copy that Firefox's engine is tested with.

    python3 from_firefox.py js/src/tests/test262 CHECKOUT

That copy has a line before and after each test, each test a second time as strict code, and the harness in files called
shell.js. What Firefox's test262-update.py did is undone; the tests are then byte for byte those of test262, whose revision
GIT-INFO names. Left out are harness files that no test of the copy includes; $DONE is our own, as Firefox has another one.
"""

import shutil
import sys
from pathlib import Path

PARTS = ("language", "built-ins")
GENERATED = {"shell.js", "browser.js"}
REFTEST = b"// |reftest|"
STRICT = b"'use strict';\n"
EPILOGUE = b"\nreportCompare(0, 0);\n"
FILE = b"// file: "
"""What stands before each file of the harness."""
FIREFOX_ONLY = {"test262-host.js"}
DONE = Path(__file__).resolve().parent / "own/harness/doneprintHandle.js"


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    copy, checkout = map(Path, sys.argv[1:])
    if not (copy / "GIT-INFO").is_file():
        sys.exit(f"error: {copy} is no copy of test262: it has no GIT-INFO")
    (checkout / "harness").mkdir(parents=True)
    for name, text in harness(copy):
        (checkout / "harness" / name).write_bytes(text)
    shutil.copy(DONE, checkout / "harness")
    tests = [test for part in PARTS for test in (copy / part).rglob("*") if test.is_file()]
    for test in sorted(tests):
        if test.name not in GENERATED and (original := restored(test)):
            path, text = original
            target = checkout / "test" / path.relative_to(copy)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text)
    for name in ("GIT-INFO", "LICENSE"):
        shutil.copy(copy / name, checkout)


def harness(copy):
    """(name, text) of each file of the harness."""
    for shell in copy.rglob("shell.js"):
        for part in (b"\n" + shell.read_bytes()).split(b"\n" + FILE)[1:]:
            name, _, text = part.partition(b"\n")
            if name.decode() not in FIREFOX_ONLY:
                yield name.decode(), text


def restored(test):
    """The path and the text that the test had; None for what is there twice."""
    text = test.read_bytes()
    if test.suffix != ".js":
        return test, text
    if text.startswith(REFTEST):
        text = text.partition(b"\n")[2]
    if text.endswith(EPILOGUE):
        text = text[: -len(EPILOGUE)]
    if test.stem.endswith("-strict") and text.startswith(STRICT):
        test, text = test.with_name(test.stem.removesuffix("-strict") + ".js"), text[len(STRICT) :]
        if test.exists():
            return None
    return test, text


if __name__ == "__main__":
    main()
