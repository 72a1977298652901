#!/usr/bin/env python3
"""Checks every built-in suite whose data is at hand, in every language and variant that it has: all prompts, and the answers of
a few tasks, which are the same ones every time.

    check.py ASSAY [SUITE...]         with the binary ASSAY; fails where a check does, or prompts are recorded nowhere
    check.py --record ASSAY SUITE...  prints the lines for each suite's check.toml
"""

import json
import resource
import subprocess
import sys

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
    arguments = sys.argv[1:]
    record = arguments[:1] == ["--record"]
    assay, *only = arguments[record:]
    faults = 0
    for suite in json.loads(output(assay, "suite", "list", "--json")):
        if suite["id"] in only or not (only or suite["id"] in WITHOUT_DATA):
            for choice in choices(suite):
                checked = check(assay, suite["id"], choice)
                (print_record if record else print_result)(suite["id"], choice, checked)
                faults += len(checked["faults"])
    print(f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime:.0f} s of processor time")
    return 1 if faults and not record else 0


def choices(suite):
    """Every language with every variant, each as options; some have nothing to choose."""
    languages = suite["languages"] if len(suite["languages"]) > 1 else [None]
    for language in languages:
        for variant in suite.get("variants") or [None]:
            chosen = {"language": language, "variant": variant}
            yield {name: value for name, value in chosen.items() if value is not None}


def check(assay, suite, choice):
    options = [f"--{name}={value}" for name, value in choice.items()]
    sample = SAMPLES.get(suite, SAMPLE)
    text = output(assay, "suite", "check", suite, *options, f"--sample={sample}", "--mutants=1", "--json")
    checked = json.loads(text.splitlines()[-1]) if text else {"faults": ["the check broke off"], "prompts": []}
    unrecorded = [prompts["style"] for prompts in checked["prompts"] if prompts["expected"] is None]
    checked["faults"] += [f"{style} prompts are recorded nowhere" for style in unrecorded]
    return checked


def output(*command):
    # The exit code says no more than the faults do.
    return subprocess.run(command, stdout=subprocess.PIPE, text=True).stdout


def print_result(suite, choice, checked):
    golds = checked.get("golds", {}).get("passed", 0)
    print(" ".join([suite, *choice.values()]) + f": {golds} gold answers pass;", "; ".join(checked["faults"]) or "ok", flush=True)


def print_record(suite, choice, checked):
    print(f"# {suite}\n[[of]]")
    for name, value in choice.items():
        print(f'{name} = "{value}"')
    digests = [f'{prompts["style"]} = "{prompts["digest"]}"' for prompts in checked["prompts"]]
    print(f"prompts = {{ {', '.join(digests)} }}\n", flush=True)
    print(checked["faults"], file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
