"""Wall and processor time of contenders that judge samples that must pass."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Contender:
    name: str
    samples: object
    judge: Callable
    """From the samples to how many passed and how many were executed."""
    expected: int
    """How many must pass."""
    prepare: Callable = lambda: None
    """Called before each round, not measured."""
    times: list = field(default_factory=list)
    """(seconds of wall time, seconds of processor time) of each round."""
    executed: int = 0


def measure(contenders, rounds):
    """Runs the contenders in turn; those that do not end in time leave. The first round warms up and is not counted."""
    contenders = list(contenders)
    for number in range(rounds + 1):
        for contender in rotated(contenders, number):
            try:
                wall, processor = timed(contender)
            except subprocess.TimeoutExpired as error:
                print(f"note: left out: {contender.name} did not end in {error.timeout:.0f} s", file=sys.stderr)
                contenders.remove(contender)
                continue
            if number:
                contender.times.append((wall, processor))
            print(f"  round {number}: {contender.name}: {wall:.2f} s", file=sys.stderr)
    return contenders


def rotated(contenders, number):
    """The contenders, starting with another one in each round."""
    start = number % len(contenders)
    return contenders[start:] + contenders[:start]


def timed(contender):
    contender.prepare()
    before, began = os.times(), time.perf_counter()
    passed, contender.executed = contender.judge(contender.samples)
    wall, after = time.perf_counter() - began, os.times()
    if passed != contender.expected:
        sys.exit(f"error: {contender.name}: {passed} samples passed, not {contender.expected}")
    return wall, sum(after[2:4]) - sum(before[2:4])


def summarise(contenders, references):
    """A row for each contender; ratios are of wall time a sample, to each reference within each round."""
    by_name = {contender.name: contender for contender in contenders}
    return [row(contender, [by_name[name] for name in references if name in by_name]) for contender in contenders]


def row(contender, references):
    count = contender.samples.count
    walls = [wall for wall, _ in contender.times]
    processors = [processor for _, processor in contender.times]
    return {
        "name": contender.name,
        "samples": count,
        "executed": contender.executed,
        "seconds": walls,
        "processor_seconds": processors,
        "milliseconds_per_sample": 1000 * statistics.median(walls) / count,
        "processor_milliseconds_per_sample": 1000 * statistics.median(processors) / count,
        "samples_per_second": {
            "median": count / statistics.median(walls),
            "least": count / max(walls),
            "most": count / min(walls),
        },
        "ratios": [ratio(contender, reference) for reference in references],
    }


def ratio(contender, reference):
    scale = reference.samples.count / contender.samples.count
    ratios = [scale * wall / other for (wall, _), (other, _) in zip(contender.times, reference.times, strict=True)]
    return {"to": reference.name, "median": statistics.median(ratios), "least": min(ratios), "most": max(ratios)}
