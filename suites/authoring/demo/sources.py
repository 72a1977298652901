"""Reads the demo suite's sources: one folder a task.

`tasks/NN_entry_point/` holds
- `task.py`: a first line `# difficulty: easy|medium|hard`, then the gold answer as ordinary Python.
  The prompt is everything up to the end of the last function's docstring; the rest is the gold body.
- `test.py`: `check(candidate)`, which is never shown to a model.
- `answers.md`: what the scripted models say. A line `## large 0, small 3: failed (why)` starts an answer,
  names the samples that give it, and the verdict it deserves. In an answer, a line `@reference` stands
  for the whole gold file, `@function` for the gold without imports and docstring, `@body` for its body.

`javascript/NN_entry_point/` holds the same in JavaScript or TypeScript: `task.js` or `task.ts`, whose prompt ends with the line
that begins the function, and `test.js` or `test.ts` in the style of Jest.
"""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

TASKS = Path(__file__).parent / "tasks"
JAVASCRIPT = Path(__file__).parent / "javascript"
MODELS = ("scripted-large", "scripted-small")
SAMPLES = 5
DIFFICULTIES = ("easy", "medium", "hard")
VERDICTS = ("passed", "failed", "truncated", "empty", "unsupported")

HEADING = re.compile(r"## ((?:(?:large|small) \d(?:, )?)+): (\w+)(?: \((.+)\))?")


@dataclass(frozen=True)
class Answer:
    model: str
    sample_index: int
    completion: str
    expected: str
    note: str | None

    def row(self, task_id):
        row = {
            "task_id": task_id,
            "model": self.model,
            "sample_index": self.sample_index,
            "completion": self.completion,
        }
        if self.expected == "truncated":
            row["finish_reason"] = "length"
        row["expected"] = self.expected
        if self.note:
            row["note"] = self.note
        return row


@dataclass(frozen=True)
class Task:
    task_id: str
    difficulty: str
    entry_point: str
    prompt: str
    body: str
    test: str
    answers: list[Answer]

    @property
    def reference(self):
        return self.prompt + self.body

    @property
    def function(self):
        """The gold without imports and docstring."""
        tree = ast.parse(self.reference)
        function = tree.body[-1]
        lines = self.reference.splitlines(keepends=True)
        return "".join(lines[function.lineno - 1 : function.body[0].lineno - 1]) + self.body

    @property
    def imports(self):
        """What stands above the function in the prompt."""
        function = ast.parse(self.reference).body[-1]
        return "".join(self.prompt.splitlines(keepends=True)[: function.lineno - 1])

    def row(self):
        return {
            "task_id": self.task_id,
            "difficulty": self.difficulty,
            "prompt": self.prompt,
            "entry_point": self.entry_point,
            "canonical_solution": self.body,
            "test": self.test,
        }


@dataclass(frozen=True)
class JavascriptTask(Task):
    extension: str

    @property
    def function(self):
        """The gold without what stands above the function."""
        return self.prompt.splitlines(keepends=True)[-1] + self.body

    def row(self):
        language = {"js": "JavaScript", "ts": "TypeScript"}[self.extension]
        return super().row() | {"language": language, "extension": self.extension}


def read_tasks():
    """All tasks in their order; raises ValueError naming the file that is malformed."""
    return [read_task(folder) for folder in sorted(p for p in TASKS.iterdir() if p.is_dir())]


def read_task(folder):
    number, entry_point = folder.name.split("_", 1)
    first, source = (folder / "task.py").read_text(encoding="utf-8").split("\n", 1)
    difficulty = first.removeprefix("# difficulty: ")
    if difficulty not in DIFFICULTIES:
        raise ValueError(f"{folder}/task.py: the first line names no difficulty")
    function = ast.parse(source).body[-1]
    if getattr(function, "name", None) != entry_point or ast.get_docstring(function) is None:
        raise ValueError(f"{folder}/task.py: the last statement is not a documented function {entry_point}")
    lines = source.splitlines(keepends=True)
    end = function.body[0].end_lineno
    task = Task(
        task_id=f"Demo/{int(number)}",
        difficulty=difficulty,
        entry_point=entry_point,
        prompt="".join(lines[:end]),
        body="".join(lines[end:]),
        test=(folder / "test.py").read_text(encoding="utf-8"),
        answers=[],
    )
    task.answers.extend(read_answers(folder / "answers.md", task))
    return task


def read_javascript_tasks():
    """The tasks in JavaScript and TypeScript in their order; raises ValueError naming the file that is malformed."""
    return [read_javascript_task(folder) for folder in sorted(p for p in JAVASCRIPT.iterdir() if p.is_dir())]


def read_javascript_task(folder):
    number = int(folder.name.split("_", 1)[0])
    (path,) = folder.glob("task.[jt]s")
    first, source = path.read_text(encoding="utf-8").split("\n", 1)
    difficulty = first.removeprefix("// difficulty: ")
    if difficulty not in DIFFICULTIES:
        raise ValueError(f"{path}: the first line names no difficulty")
    signature = re.search(r"(?m)^(?:async )?function (\w+)[^\n]*\{\n", source)
    if signature is None:
        raise ValueError(f"{path}: no line begins the function")
    task = JavascriptTask(
        task_id=f"Demo/JavaScript/{number}",
        difficulty=difficulty,
        entry_point=signature[1],
        prompt=source[: signature.end()],
        body=source[signature.end() :],
        test=path.with_stem("test").read_text(encoding="utf-8"),
        answers=[],
        extension=path.suffix.removeprefix("."),
    )
    task.answers.extend(read_answers(folder / "answers.md", task))
    return task


def read_answers(path, task):
    """The answers in the order of models and samples; every sample exactly once."""
    answers = {}
    for heading, text in sections(path):
        slots, expected, note = heading.groups()
        if expected not in VERDICTS:
            raise ValueError(f"{path}: unknown verdict {expected}")
        completion = expand("\n".join(text).strip("\n"), task)
        for slot in slots.split(", "):
            size, index = slot.split()
            key = (f"scripted-{size}", int(index))
            if key in answers:
                raise ValueError(f"{path}: {slot} answers twice")
            answers[key] = Answer(*key, completion, expected, note)
    wanted = [(model, index) for model in MODELS for index in range(SAMPLES)]
    if sorted(answers) != sorted(wanted):
        raise ValueError(f"{path}: missing {sorted(set(wanted) - set(answers))}")
    return [answers[key] for key in wanted]


def sections(path):
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        heading = HEADING.fullmatch(line)
        if heading:
            found.append((heading, []))
        elif line.startswith(("## large", "## small")):
            raise ValueError(f"{path}:{number}: malformed heading")
        elif found:
            found[-1][1].append(line)
    return found


def expand(text, task):
    for name in ("reference", "function", "body"):
        text = re.sub(rf"(?m)^@{name}$", lambda _: getattr(task, name).rstrip("\n"), text)
    return text
