#!/usr/bin/env python3
"""Builds the demo suite's data from the readable sources beside this file.

    build.py            writes suites/demo/tasks.jsonl and suites/demo/answers.jsonl, and javascript_*.jsonl beside them
    build.py --stale    only tells whether all are up to date
    build.py --check    proves that all are up to date and that the Python tasks tell right from wrong; that those in
                        JavaScript do, a test of the whole program proves (tests/e2e/demo.rs)
"""

import argparse
import json
import sys
from pathlib import Path

import verify
from sources import read_javascript_tasks, read_tasks

SUITE = Path(__file__).resolve().parents[2] / "demo"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stale", action="store_true", help="write nothing; tell which files are out of date (at once)")
    parser.add_argument("--check", action="store_true", help="write nothing; verify instead (a few minutes)")
    parser.add_argument("--only", metavar="TEXT", default="", help="check only tasks whose entry point contains TEXT")
    arguments = parser.parse_args()

    tasks = read_tasks()
    files = {}
    for prefix, of_language in (("", tasks), ("javascript_", read_javascript_tasks())):
        rows = (answer.row(task.task_id) for task in of_language for answer in task.answers)
        files[SUITE / f"{prefix}tasks.jsonl"] = jsonl(task.row() for task in of_language)
        files[SUITE / f"{prefix}answers.jsonl"] = jsonl(rows)
    if not (arguments.check or arguments.stale):
        for path, text in files.items():
            path.write_text(text, encoding="utf-8")
        return 0
    stale = [path for path, text in files.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        print(f"{path}: differs from its sources; run build.py")
    if arguments.stale:
        return 1 if stale else 0
    chosen = [task for task in tasks if arguments.only in task.entry_point]
    return 0 if verify.verify(chosen) and not stale else 1


def jsonl(rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


if __name__ == "__main__":
    sys.exit(main())
