"""Proves natively that the demo suite tells right from wrong.

Every gold passes, stubs and mutants fail, and every scripted answer gets the verdict its author expects.
Programs run in processes of their own, bounded by processor time and memory and not by wall time, so that a
busy machine gives the same answers.
"""

import ast
import doctest
import os
import re
import resource
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mutate import mutants
from sources import MODELS, SAMPLES

EQUIVALENT = Path(__file__).parent / "equivalent_mutants.txt"
MIN_MUTANTS = 3
MIN_ASSERTS = 8
CPU_SECONDS = 2
MEMORY_BYTES = 1 << 30
RAN_TO_THE_END = 97
STUBS = ("    pass\n", "    return None\n", "    return ''\n", "    return []\n", "    return 0\n", "    return True\n")


def verify(tasks):
    """Prints a report; whether all is as it should be."""
    problems = [problem for task in tasks for problem in static_problems(task)]
    if len({task.prompt for task in tasks}) != len(tasks):
        problems.append("two tasks have the same prompt")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        problems += [p for found in pool.map(dynamic_problems, tasks) for p in found]
        killed, survivors, unused = mutation(tasks, pool)
    problems += [f"{name}: surviving mutant: {change}" for name, change in survivors]
    problems += [f"{EQUIVALENT.name}: killed or gone: {line}" for line in unused]
    report(tasks, killed, len(survivors))
    for problem in problems:
        print(f"problem: {problem}")
    return not problems


def static_problems(task):
    asserts = sum(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(task.test)))
    if asserts < MIN_ASSERTS:
        yield f"{task.entry_point}: only {asserts} asserts"
    space = {}
    exec(compile(task.reference, task.entry_point, "exec"), space)
    examples = doctest.DocTestFinder().find(space[task.entry_point], task.entry_point, globs=space)
    runner = doctest.DocTestRunner(verbose=False)
    for example in examples:
        runner.run(example)
    if runner.failures or runner.tries < 2:
        yield f"{task.entry_point}: {runner.tries} examples in the docstring, {runner.failures} of them wrong"


def dynamic_problems(task):
    return [problem for problem in (*gold_problems(task), *answer_problems(task)) if problem]


def gold_problems(task):
    if not passes(task, task.reference):
        yield f"{task.entry_point}: the gold answer fails"
    for stub in ("", *STUBS):
        if passes(task, task.prompt + stub):
            yield f"{task.entry_point}: the stub {stub.strip()!r} passes"


def answer_problems(task):
    seen = {}
    for answer in task.answers:
        key = (answer.completion, answer.expected)
        if key not in seen:
            seen[key] = verdict(task, answer)
        if seen[key] != answer.expected:
            name = f"{task.entry_point}: {answer.model} {answer.sample_index}"
            yield f"{name}: expected {answer.expected}, got {seen[key]}"


def verdict(task, answer):
    """The verdict on an answer. What a program may import is a matter of the sandbox: taken on trust."""
    if answer.expected == "truncated":
        return "truncated"
    solutions = extract(task, answer.completion)
    if not solutions:
        return "empty"
    if answer.expected == "unsupported" and all("subprocess" in s for s in solutions):
        return "unsupported"
    verdicts = {"passed" if passes(task, solution) else "failed" for solution in solutions}
    return verdicts.pop() if len(verdicts) == 1 else "a matter of which code block is taken"


def extract(task, completion):
    """All code that a careful reader could take for the solution, each as a whole program."""
    text = re.sub(r"(?s)<think>.*?(</think>|\Z)", "", completion)
    blocks = re.findall(r"(?ms)^```[a-z]*\n(.*?)(?:^```|\Z)", text)
    define = re.compile(rf"(?m)^def {task.entry_point}\b")
    whole = [block for block in blocks or [text] if define.search(block)]
    if whole:
        return [task.imports + block for block in whole]
    return [task.prompt + block for block in blocks or [text] if parses(task.prompt + block)]


def parses(source):
    # A docstring alone is a complete function: text that adds no statement is no answer.
    try:
        return len(ast.parse(source).body[-1].body) > 1
    except SyntaxError:
        return False


def passes(task, solution):
    program = f"{solution}\n\n{task.test}\n\ncheck({task.entry_point})\nimport os\nos._exit({RAN_TO_THE_END})\n"
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "program.py"
        path.write_text(program, encoding="utf-8")
        run = subprocess.run(
            [sys.executable, "-I", str(path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=limit,
            check=False,
        )
    return run.returncode == RAN_TO_THE_END


def limit():
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def mutation(tasks, pool):
    """How many mutants died, which survived, and which lines of the list of equivalent ones are of no use."""
    names = {task.entry_point for task in tasks}
    lines = EQUIVALENT.read_text(encoding="utf-8").splitlines() if EQUIVALENT.exists() else []
    equivalent = {line for line in lines if line and not line.startswith("#") and line.split(":")[0] in names}
    jobs = [(task, change, source) for task in tasks for change, source in mutants(task.reference)]
    counts = Counter(task.entry_point for task, _, _ in jobs)
    few = [(name, "too few mutants") for name in names if counts[name] < MIN_MUTANTS]
    alive = pool.map(lambda job: passes(job[0], job[2]), jobs)
    survivors = [(task.entry_point, change) for (task, change, _), lives in zip(jobs, alive) if lives]
    listed = {f"{name}: {change}" for name, change in survivors} & equivalent
    unexplained = [(name, change) for name, change in survivors if f"{name}: {change}" not in listed]
    killed = len(jobs) - len(survivors)
    print(f"mutants: {len(jobs)}, killed {killed}, equivalent {len(survivors) - len(unexplained)}")
    return killed, few + unexplained, sorted(equivalent - listed)


def report(tasks, killed, survivors):
    print("tasks:", dict(Counter(task.difficulty for task in tasks)))
    print(f"mutation kill rate without equivalent mutants: {killed / max(killed + survivors, 1):.1%}")
    for model in MODELS:
        answers = [[a for a in task.answers if a.model == model] for task in tasks]
        verdicts = Counter(a.expected for task in answers for a in task)
        solved = sum(any(a.expected == "passed" for a in task) for task in answers)
        rate = verdicts["passed"] / (len(tasks) * SAMPLES)
        print(f"{model}: pass@1 {rate:.3f}, pass@{SAMPLES} {solved / len(tasks):.3f}, {dict(verdicts)}")
