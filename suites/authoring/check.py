#!/usr/bin/env python3
"""Checks every built-in suite whose data is at hand, in every language and variant that it has: all prompts, and the answers of
a few tasks, which are the same ones every time.

    check.py ASSAY [SUITE...]           with the binary ASSAY; fails where a check does, or prompts are recorded nowhere
    check.py --record ASSAY SUITE...    prints the lines for each suite's check.toml
    check.py --golds ASSAY [SUITE...]   judges all gold answers of Python suites instead, two suites at a time, and says what that takes
    check.py --first ...                either of these, of each suite in the first language and variant only
"""

import argparse
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

# So many tasks are executed of a language and variant.
SAMPLE = 20

# Of these fewer: their answers import large packages, compute for long, or are tried on very many inputs.
SAMPLES = {
    "aider-polyglot": 8,
    "bigcodebench": 3,
    "bigcodebench-hard": 3,
    "ds1000": 3,
    "evoeval": 8,
    "exercism": 8,
    "humaneval-plus": 8,
    "mbpp-plus": 8,
}

# The data of these is gigabytes, or pinned by nobody: their own tests make up some.
WITHOUT_DATA = {"livecodebench"}


def main():
    arguments = parsed()
    start = time.monotonic()
    suites = json.loads(run(arguments.assay, "suite", "list", "--json")[0])
    # Of a suite that is named after another one, programs are the same.
    suites.sort(key=lambda suite: suite["id"].count("-"))
    checks = [(suite["id"], choice) for suite in suites for choice in chosen(suite, arguments)]
    # A suite's last answers may leave cores idle, of which another suite's have use.
    at_once = 2 if arguments.golds else 1
    faults, total = 0, 0.0
    with ThreadPoolExecutor(at_once) as pool:
        results = pool.map(lambda of: check(arguments, *of), checks)
        for (suite, choice), (checked, seconds) in zip(checks, results):
            total += seconds
            if arguments.record:
                print_record(suite, choice, checked)
            else:
                print_result(suite, choice, checked, seconds)
                faults += len(checked["faults"])
    print(f"{total:.0f} s of processor time, {time.monotonic() - start:.0f} s in all")
    return 1 if faults else 0


def parsed():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--record", action="store_true")
    what.add_argument("--golds", action="store_true")
    parser.add_argument("--first", action="store_true")
    parser.add_argument("assay")
    parser.add_argument("only", nargs="*", metavar="suite")
    return parser.parse_args()


def chosen(suite, arguments):
    """The languages and variants of the suite that are to be checked."""
    wanted = suite["id"] in arguments.only if arguments.only else suite["id"] not in WITHOUT_DATA
    if not wanted or arguments.golds and "python" not in suite["languages"]:
        return []
    found = list(choices(suite))
    if arguments.golds:
        found = [choice for choice in found if choice.get("language", "python") == "python"]
    return found[:1] if arguments.first else found


def choices(suite):
    """Every language with every variant, each as options; some have nothing to choose."""
    languages = suite["languages"] if len(suite["languages"]) > 1 else [None]
    for language in languages:
        for variant in suite.get("variants") or [None]:
            choice = {"language": language, "variant": variant}
            yield {name: value for name, value in choice.items() if value is not None}


def check(arguments, suite, choice):
    """What the check found, and the seconds of processor time that it took."""
    part = ["--golds"] if arguments.golds else [f"--sample={SAMPLES.get(suite, SAMPLE)}", "--mutants=1"]
    options = [*(f"--{name}={value}" for name, value in choice.items()), *part]
    text, seconds = run(arguments.assay, "suite", "check", suite, *options, "--json")
    checked = json.loads(text.splitlines()[-1]) if text else {"faults": ["the check broke off"], "prompts": []}
    if not arguments.golds:
        unrecorded = [prompts["style"] for prompts in checked["prompts"] if prompts["expected"] is None]
        checked["faults"] += [f"{style} prompts are recorded nowhere" for style in unrecorded]
    return checked, seconds


def run(*command):
    """What the command printed, and the seconds of processor time that it and its children took. Its exit code says no more than
    the faults do."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        text = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return text, used.ru_utime + used.ru_stime


def print_result(suite, choice, checked, seconds):
    passed = checked.get("golds", {}).get("passed", 0)
    faults = "; ".join(checked["faults"]) or "ok"
    print(" ".join([suite, *choice.values()]) + f": {passed} gold answers pass; {faults} ({seconds:.0f} s)", flush=True)


def print_record(suite, choice, checked):
    print(f"# {suite}\n[[of]]")
    for name, value in choice.items():
        print(f'{name} = "{value}"')
    digests = [f'{prompts["style"]} = "{prompts["digest"]}"' for prompts in checked["prompts"]]
    print(f"prompts = {{ {', '.join(digests)} }}\n", flush=True)
    print(checked["faults"], file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
