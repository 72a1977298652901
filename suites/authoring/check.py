#!/usr/bin/env python3
"""Checks every built-in suite whose data is at hand, in every language and variant that it has: all prompts, and the answers of
a few tasks, which are the same ones every time.

    check.py ASSAY [SUITE...]         with the binary ASSAY; fails where a check does, or prompts are recorded nowhere
    check.py --record ASSAY SUITE...  prints the lines for each suite's check.toml
    check.py --golds ASSAY [SUITE...] judges all gold answers of Python suites instead, and says what that takes
"""

import json
import resource
import subprocess
import sys
import time

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
    option, assay, *only = sys.argv[1:] if sys.argv[1].startswith("--") else ["", *sys.argv[1:]]
    faults = 0
    start = time.monotonic()
    for suite in json.loads(output(assay, "suite", "list", "--json")):
        if suite["id"] in WITHOUT_DATA and not only:
            continue
        if only and suite["id"] not in only or option == "--golds" and "python" not in suite["languages"]:
            continue
        for choice in choices(suite):
            if option == "--golds" and choice.get("language", "python") != "python":
                continue
            before = times()
            checked = golds(assay, suite["id"], choice) if option == "--golds" else check(assay, suite["id"], choice)
            if option == "--record":
                print_record(suite["id"], choice, checked)
            else:
                print_result(suite["id"], choice, checked, times() - before)
                faults += len(checked["faults"])
    print(f"{times():.0f} s of processor time, {time.monotonic() - start:.0f} s in all")
    return 1 if faults else 0


def times():
    """Seconds of processor time that commands took until now."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def choices(suite):
    """Every language with every variant, each as options; some have nothing to choose."""
    languages = suite["languages"] if len(suite["languages"]) > 1 else [None]
    for language in languages:
        for variant in suite.get("variants") or [None]:
            chosen = {"language": language, "variant": variant}
            yield {name: value for name, value in chosen.items() if value is not None}


def check(assay, suite, choice):
    checked = checked_with(assay, suite, choice, f"--sample={SAMPLES.get(suite, SAMPLE)}", "--mutants=1")
    unrecorded = [prompts["style"] for prompts in checked["prompts"] if prompts["expected"] is None]
    checked["faults"] += [f"{style} prompts are recorded nowhere" for style in unrecorded]
    return checked


def golds(assay, suite, choice):
    return checked_with(assay, suite, choice, "--golds")


def checked_with(assay, suite, choice, *options):
    options = [*(f"--{name}={value}" for name, value in choice.items()), *options]
    text = output(assay, "suite", "check", suite, *options, "--json")
    return json.loads(text.splitlines()[-1]) if text else {"faults": ["the check broke off"], "prompts": []}


def output(*command):
    # The exit code says no more than the faults do.
    return subprocess.run(command, stdout=subprocess.PIPE, text=True).stdout


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
