"""Assay: `assay score`, the whole process from its start, its runtime prepared."""

import json
import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

OUTCOMES = "outcomes.sqlite"
SELF_CHECK = "ASSAY_VERIFY_RESETS"
"""For developers: checks all memory after every program, which is slow."""


class Assay:
    """`assay score SUITE`, without the cache of outcomes unless a directory for one is given."""

    def __init__(self, command, data_dir, jobs, cache=None, suite=("humaneval",)):
        self.command = command
        self.data_dir = data_dir
        self.jobs = jobs
        self.cache = cache
        self.suite = suite
        """Its name, with the options that choose within it."""

    def score(self, samples, *options):
        """The summary."""
        options = ["--samples", samples.path, "--jobs", str(self.jobs), "--json", *options]
        environment = {"ASSAY_DATA": str(self.data_dir)}
        if self.cache:
            environment["ASSAY_CACHE_DIR"] = str(self.cache)
        else:
            options.append("--no-cache")
        return json.loads(call(self.command, ["score", *self.suite, *options], environment).splitlines()[-1])

    def verdicts(self, samples):
        """Whether each sample passed, by its key."""
        path = samples.path.with_suffix(".assay")
        self.score(samples, "--output", path)
        with closing(sqlite3.connect(path)) as run:
            rows = run.execute("SELECT task_id, sample_index, verdict = 'passed' FROM verdicts")
            return {(task_id, index): bool(passed) for task_id, index, passed in rows}

    def forget(self):
        """Makes the cache of outcomes as it is at first."""
        if self.cache:
            for path in self.cache.glob(f"{OUTCOMES}*"):
                path.unlink()


def prepare(command, runtime="python"):
    """Prepares the runtime, so that no measurement pays for it."""
    call(command, ["runtime", "prepare", runtime])


def fresh_cache(command, directory):
    """A cache directory that has the prepared runtimes and knows no outcome."""
    runtimes = Path(json.loads(call(command, ["runtime", "info", "python", "--json"]))["cache"])
    cache = directory / "cache"
    cache.mkdir(mode=0o700)
    (cache / runtimes.name).symlink_to(runtimes, target_is_directory=True)
    return cache


def version(command):
    """What it calls itself."""
    return call(command, ["--version"]).strip()


def call(command, arguments, environment=None):
    environment = {**os.environ, **(environment or {})}
    environment.pop(SELF_CHECK, None)
    run = subprocess.run([command, *arguments], check=True, capture_output=True, text=True, env=environment)
    return run.stdout
