#!/usr/bin/env python3
"""Makes a data file of a checkout of Exercism exercises: one JSON object a line for each.

    exercises.py CHECKOUT/exercises/practice javascript > javascript_practice.jsonl

`assay suite pull exercism --from javascript_practice.jsonl` takes it if it is what the suite's manifest pins.
"""

import json
import sys
from pathlib import Path

DOCUMENTS = ("introduction.md", "instructions.md", "instructions.append.md")
KINDS = ("solution", "test", "example", "editor")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    folder, language = Path(sys.argv[1]), sys.argv[2]
    for exercise in sorted(path for path in folder.iterdir() if (path / ".meta/config.json").is_file()):
        print(json.dumps(row(exercise, language)))


def row(exercise, language):
    config = json.loads(text(exercise / ".meta/config.json"))
    documents = [exercise / ".docs" / name for name in DOCUMENTS]
    files = {f"{kind}_files": read(exercise, config["files"].get(kind, [])) for kind in KINDS}
    return {
        "name": exercise.name,
        "language": language,
        "instructions": "".join(text(document) for document in documents if document.exists()),
        **files,
        "other_files": read(exercise, others(exercise)),
        "source": config.get("source"),
        "custom": config.get("custom"),
    }


def others(exercise):
    """What lies in folders of the exercise: what its tests read. Beside them lies only what configures the track."""
    folders = sorted(path for path in exercise.iterdir() if path.is_dir() and not path.name.startswith("."))
    files = (file for folder in folders for file in sorted(folder.rglob("*")) if file.is_file())
    return [file.relative_to(exercise).as_posix() for file in files]


def read(exercise, names):
    return {name: text(exercise / name) for name in names}


def text(path):
    return path.read_text(encoding="utf-8")


if __name__ == "__main__":
    main()
