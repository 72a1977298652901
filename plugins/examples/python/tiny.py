"""Three small tasks, as a component in Python."""

import json

from componentize_py_types import Err
from wit_world import exports
from wit_world.imports import data
from wit_world.imports.types import Failure_Other, Failure_Unsupported

DATA = "tiny/tasks.jsonl"
INSTRUCTION = "\nAnswer with one ```python block that has the whole function.\n"

INFO = {
    "id": "tiny",
    "version": "1",
    "title": "Tiny: three functions, an example",
    "licence": "Apache-2.0",
    "languages": ["python"],
    "runtimes": ["python"],
    "data": [{"path": DATA, "made_from": "plugins/examples/data", "sha256": "ff4da6295ca1f96a63801646258272e16ab253b0c45468fd5153a28dd5ff56fb"}],
    "grading": "one_instance",
    "turns": 2,
}
LIMITS = {"fuel": 5_000_000_000, "memory_bytes": 536_870_912, "sleep": {"secs": 3, "nanos": 0}}


class Suite(exports.Suite):
    def info(self, request: str) -> str:
        return json.dumps(INFO)

    def tasks(self, request: str) -> str:
        rows = [json.loads(line) for line in read(DATA).decode().splitlines() if line.strip()]
        return json.dumps({"items": [{"id": row["task_id"], "fields": row} for row in rows]})

    def prompt(self, request: str) -> str:
        call = json.loads(request)
        turns = call["turns"]
        # Whoever does not pass has a second try.
        if len(turns) > 1 or turns and turns[0]["scored"]["verdict"] == "passed":
            return "null"
        if call["style"] != "chat":
            raise Err(Failure_Unsupported("no prompt for the completions API"))
        messages = [{"role": "user", "content": call["task"]["fields"]["prompt"] + INSTRUCTION}]
        for turn in turns:
            again = f"This answer is {turn['scored']['verdict']}. Write the whole function again.\n"
            messages += [
                {"role": "assistant", "content": turn["completion"]["text"]},
                {"role": "user", "content": again},
            ]
        return json.dumps({"prompt": {"style": "chat", "messages": messages}, "max_tokens": 512})

    def extract(self, request: str) -> str:
        completion = json.loads(request)["completion"]
        if completion["kind"] in ("program", "verbatim"):
            return json.dumps({"code": completion["text"], "rule": completion["kind"]})
        return json.dumps(fenced(completion["text"]))

    def programs(self, request: str) -> str:
        call = json.loads(request)
        files = [
            {"path": "solution.py", "text": call["solution"]["code"]},
            {"path": "tests.py", "text": call["task"]["fields"]["test"]},
        ]
        entry = {"kind": "tests", "solution": "solution.py", "tests": "tests.py"}
        return json.dumps([{"runtime": "python", "files": files, "entry": entry, "limits": LIMITS}])

    def score(self, request: str) -> str:
        call = json.loads(request)
        if len(call["outcomes"]) != 1:
            raise Err(Failure_Other(f"task {call['task']['id']}: {len(call['outcomes'])} outcomes for one program"))
        return json.dumps(verdict(call["outcomes"][0]))

    def reference(self, request: str) -> str:
        task = json.loads(request)["task"]
        return json.dumps({"code": task["fields"]["answer"], "rule": "reference"})


def read(path: str) -> bytes:
    content = b""
    while piece := data.read(path, len(content), 1 << 20):
        content += piece
    return content


def fenced(text: str) -> dict | None:
    """The code in the first fenced block of a reply."""
    lines = text.splitlines(keepends=True)
    fences = [index for index, line in enumerate(lines) if line.startswith("```")]
    if not fences:
        return None
    if len(fences) == 1:
        return {"code": "".join(lines[fences[0] + 1:]), "rule": "fenced-unclosed"}
    return {"code": "".join(lines[fences[0] + 1:fences[1]]), "rule": "fenced"}


def verdict(outcome: dict) -> dict:
    """Only a record in which every test passed is a pass: how a program exits or what it prints proves nothing."""
    status, code = outcome["outcome"], outcome.get("exit_code")
    if status == "infra":
        return {"verdict": "infra", "why": outcome["why"]}
    if status == "unsupported":
        return {"verdict": "unsupported", "what": outcome["what"]}
    if status == "out_of_fuel":
        return failed(status, f"used up its fuel, {outcome['fuel']}")
    if status != "completed":
        return failed(status, status.replace("_", " "))
    if not (record := outcome.get("record")):
        return failed("no_record", f"the program ended before its tests, exit code {code}")
    run = [test for test in record["tests"] if not test.get("skipped")]
    for test in run:
        if not test["passed"]:
            return failed("tests", test["name"])
    if not run:
        return failed("tests", "no test ran")
    if code != 0:
        return failed("completed", f"exit code {code} after its tests")
    return {"verdict": "passed"}


def failed(cause: str, detail: str) -> dict:
    return {"verdict": "failed", "cause": cause, "detail": detail}
