#!/usr/bin/env python3
"""Measures JavaScript in Assay beside node, in one go on one machine.

    cargo build --release
    python3 benches/compare/javascript.py --data-dir DIR --output javascript.json
    python3 benches/compare/javascript.py --from javascript.json --markdown

First, judging: DIR, or ASSAY_DATA, holds humaneval_x/ of the suite humaneval-x. The gold answer of each of its JavaScript
tasks that passes in bare node is judged several times; every contender must find that every sample passes. The contenders:

- node processes: a process for each program, as the benchmark's authors run them, two at once. No isolation, no limits.
- assay, every sample: `assay score humaneval-x --language javascript --no-cache`, two at once.
- assay, repeats once: the same as users run it, knowing nothing from before. Here the samples of a task are one and the
  same program, so this is as much as it can help.

Then, computing: the programs of the folder `programs`, each by `assay exec` with its fuel counted and by `node --jitless`,
which interprets too. What an empty program takes is taken off both.
"""

import json
import math
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import report
from assay import Assay, call, fresh_cache, prepare, version
from compare import EVERY_SAMPLE as EVERY
from compare import REPEATS_ONCE, machine, scoring
from measurement import Contender, measure, summarise
from options import checked, load_of_quiet_machine, parser_for, printable
from samples import read_jsonl

SUITE = ("humaneval-x", "--language", "javascript")
DATA = "humaneval_x/humaneval_js.jsonl.gz"
LEFT_OUT = frozenset({"JavaScript/112", "JavaScript/155", "JavaScript/162"})
"""Tasks whose gold answers fail their own tests, in node too; the last needs a package that node does not bring."""
PROGRAMS = Path(__file__).resolve().parent / "programs"
EVERY_SAMPLE = EVERY.format(2)
ENOUGH_FUEL = 10**13


@dataclass
class Samples:
    path: Path
    """A file of samples, {"task_id", "completion"} on each line."""
    programs: list
    """A file for each sample, for those who run files."""

    @property
    def count(self):
        return len(self.programs)


def main():
    arguments = parse()
    try:
        document = json.loads(arguments.source.read_text(encoding="utf-8")) if arguments.source else examine(arguments)
    except subprocess.SubprocessError as error:
        sys.exit(f"error: {printable(str(error))}: {printable((getattr(error, 'stderr', '') or '')[-1000:])}")
    if arguments.output:
        arguments.output.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    show = report.markdown if arguments.markdown else report.text
    print(show({**document, "verdicts": []}), computing_table(document["computing"]), sep="\n\n")


def parse():
    parser = parser_for(__doc__, (2, "node"))
    parser.add_argument("--node", default="node", metavar="COMMAND")
    return checked(parser, DATA)


def examine(arguments):
    load = load_of_quiet_machine(arguments.busy)
    prepare(arguments.assay, "javascript")
    with tempfile.TemporaryDirectory(prefix="assay-compare-") as name:
        contenders = judging(arguments, Path(name))
        computing = [computed(arguments, program) for program in sorted(PROGRAMS.glob("*.js"))]
    return {
        "assay": version(arguments.assay),
        "node": call(arguments.node, ["--version"]).strip(),
        "machine": machine(load),
        "rounds": arguments.rounds,
        "contenders": contenders,
        "computing": computing,
    }


def judging(arguments, directory):
    gold = gold_samples(arguments.data_dir, arguments.samples, directory)
    fewer = gold_samples(arguments.data_dir, arguments.slow_samples, directory)
    every, known = (
        Assay(arguments.assay, arguments.data_dir, 2, cache, SUITE)
        for cache in (None, fresh_cache(arguments.assay, directory))
    )
    contenders = [
        Contender("node processes, 2 at once", fewer, node_processes(arguments.node), fewer.count),
        Contender(EVERY_SAMPLE, gold, scoring(every), gold.count),
        Contender(REPEATS_ONCE, gold, scoring(known), gold.count, known.forget),
    ]
    return summarise(measure(contenders, arguments.rounds), [EVERY_SAMPLE, REPEATS_ONCE])


def gold_samples(data_dir, copies, directory):
    tasks = [task for task in read_jsonl(data_dir / DATA) if task["task_id"] not in LEFT_OUT]
    path = directory / f"gold-{copies}.jsonl"
    rows = [{"task_id": task["task_id"], "completion": task["canonical_solution"]} for task in tasks]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows * copies), encoding="utf-8")
    programs = []
    for index, task in enumerate(tasks):
        program = directory / f"{index}.js"
        program.write_text(f"{task['prompt']}{task['canonical_solution']}\n{task['test']}", encoding="utf-8")
        programs.append(program)
    return Samples(path, programs * copies)


def node_processes(node):
    def passes(program):
        run = subprocess.run([node, program], capture_output=True)
        return not run.stdout and not run.stderr

    def judge(samples):
        with ThreadPoolExecutor(2) as pool:
            return sum(pool.map(passes, samples.programs)), samples.count

    return judge


def computed(arguments, program):
    """The seconds that the program computes for, in both."""
    empty = PROGRAMS / "empty.mjs"
    ours = [arguments.assay, "exec", "--fuel", str(ENOUGH_FUEL)]
    theirs = [arguments.node, "--jitless"]
    said, times = [], []
    for command in (ours, theirs):
        rounds = []
        for _ in range(arguments.rounds):
            begun, _ = timed([*command, empty])
            whole, output = timed([*command, program])
            rounds.append(whole - begun)
        said.append(output)
        times.append(statistics.median(rounds))
    if said[0] != said[1]:
        sys.exit(f"error: {program.name} prints {said[0]!r} in Assay and {said[1]!r} in node")
    return {"program": program.stem, "assay": times[0], "node": times[1], "ratio": times[0] / times[1]}


def timed(command):
    began = time.perf_counter()
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    return time.perf_counter() - began, run.stdout


def computing_table(rows):
    lines = ["| program | Assay, s | node --jitless, s | ratio |", "|---|---|---|---|"]
    lines += [f"| {row['program']} | {row['assay']:.2f} | {row['node']:.2f} | {row['ratio']:.2f} |" for row in rows]
    mean = math.exp(statistics.fmean(math.log(row["ratio"]) for row in rows))
    return "\n".join([*lines, f"| geometric mean | | | {mean:.2f} |"])


if __name__ == "__main__":
    main()
