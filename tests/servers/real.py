"""Assay against real servers: litellm's proxy with mock answers, and llama.cpp's server with a tiny random model.

    python3 tests/servers/real.py --assay target/release/assay [--venv FOLDER] [--only litellm|llama]

Installs pinned servers into a virtual environment, with the user's own pip; a server that cannot be installed is told and fails.
Slow: llama.cpp is built from source. Each check prints a line; exits with 1 when one fails.
"""

import argparse
import json
import os
import secrets
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

PACKAGES = {
    "litellm": ["litellm[proxy]==1.106.2"],
    "llama": ["gguf==0.19.0", "llama-cpp-python[server]==0.3.36"],
}
START_SECONDS = 180
KEY = f"sk-{secrets.token_hex(24)}"
failed = []


def check(name, fine, detail=""):
    print(f"{'ok' if fine else 'FAILED'}: {name}{'' if fine else f': {detail}'}", flush=True)
    if not fine:
        failed.append(name)


class Assay:
    """The command in a folder of its own."""

    def __init__(self, binary, folder, url, model, key=KEY):
        self.binary, self.folder, self.url, self.model, self.runs = binary, folder, url, model, 0
        self.environment = {**os.environ, "OPENAI_API_KEY": key}

    def run(self, *options):
        """The summary, the exit code, and the completions' rows by task and sample."""
        self.runs += 1
        file = self.folder / f"{self.runs}.assay"
        command = [self.binary, "run", "demo", "--base-url", self.url, "--model", self.model, "--json", "-o", file]
        ended = subprocess.run(
            [*command, *options], cwd=self.folder, capture_output=True, text=True, env=self.environment
        )
        kept = file.read_bytes() if file.exists() else b""
        if KEY in ended.stdout + ended.stderr or KEY.encode() in kept:
            check("the key is nowhere", False, options)
        rows, lines = [], ended.stdout.splitlines()
        if file.exists():
            connection = sqlite3.connect(file)
            connection.row_factory = sqlite3.Row
            rows = connection.execute("SELECT * FROM completion ORDER BY task_id, sample_index").fetchall()
        summary = json.loads(lines[-1]) if lines else {}
        return summary, ended.returncode, [dict(row) for row in rows], ended.stderr

    def answers(self, name, *options):
        """The completions of a run in which every sample got one."""
        summary, code, rows, said = self.run(*options)
        lost = summary.get("verdicts", {}).get("infra")
        check(name, code == 0 and lost == 0 and len(rows) == summary["n_samples"], f"exit {code}, {summary}, {said}")
        return rows


class Server:
    """A server at work on a free port until the end of a `with`."""

    def __init__(self, command, ready, log):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.command = [*command, "--port", str(self.port)]
        self.url = f"http://127.0.0.1:{self.port}/v1"
        self.ready, self.log = ready, log

    def __enter__(self):
        with open(self.log, "wb") as log:
            # litellm would fetch a list of prices.
            environment = {**os.environ, "LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_MASTER_KEY": KEY}
            self.process = subprocess.Popen(self.command, stdout=log, stderr=subprocess.STDOUT, env=environment)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}{self.ready}", timeout=1).read()
                return self
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        self.__exit__()
        sys.exit(f"{self.command[0]} does not start:\n{Path(self.log).read_text()[-3000:]}")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def models(binary, url):
    """What `assay models` lists."""
    command, environment = [binary, "models", "--base-url", url, "--json"], {**os.environ, "OPENAI_API_KEY": KEY}
    return json.loads(subprocess.run(command, capture_output=True, text=True, env=environment).stdout or "[]")


def litellm(binary, python, folder):
    config = folder / "litellm.yaml"
    config.write_text(
        json.dumps(
            {
                "model_list": [
                    {
                        "model_name": "mock",
                        "litellm_params": {
                            "model": "openai/none",
                            "api_key": "none",
                            "mock_response": "```python\nx = 'é€😀'\n```",
                        },
                    },
                    {
                        "model_name": "limited",
                        "litellm_params": {
                            "model": "openai/none",
                            "api_key": "none",
                            "mock_response": "litellm.RateLimitError",
                        },
                    },
                ]
            },
            # As YAML reads it: it does not join escaped surrogates.
            ensure_ascii=False,
        ),
        encoding="utf-8",
    )
    command = [python.parent / "litellm", "--config", config, "--host", "127.0.0.1"]
    with Server(command, "/health/liveliness", folder / "litellm.log") as server:
        listed = models(binary, server.url)
        check("litellm: models", {"mock", "limited"} <= {model["id"] for model in listed}, listed)
        assay = Assay(binary, folder, server.url, "mock")
        for name, options in [("streaming", []), ("plain JSON", ["--no-stream"])]:
            rows = assay.answers(f"litellm: {name}", "--limit", "3", "-n", "2", *options)
            texts = {row["text"] for row in rows}
            check(f"litellm: {name} gives the text whole", texts == {"```python\nx = 'é€😀'\n```"}, texts)
        # Its mock finishes only one of several in a stream, and otherwise gives the same text each time.
        for name, options in [("streaming", []), ("plain JSON", ["--no-stream"])]:
            several = ["--limit", "2", "-n", "3", "--native-n", *options]
            rows = assay.answers(f"litellm: several completions of one request, {name}", *several)
            check(f"litellm: each sample has its own, {name}", len(rows) == 6 and {row["text"] for row in rows} == texts, rows)
        limited = Assay(binary, folder / "limited", server.url, "limited")
        limited.folder.mkdir()
        summary, code, rows, said = limited.run("--limit", "1", "--max-retries", "1")
        (folder / "stranger").mkdir()
        stranger = Assay(binary, folder / "stranger", server.url, "mock", key="sk-wrong")
        _, wrong, _, told = stranger.run("--limit", "1")
        # Without a database it has no better words for it than HTTP 400.
        check("litellm: a wrong key is refused", wrong == 3 and "HTTP 4" in told, f"{wrong} {told}")
        check("litellm: a rate limit is one", code == 3 and not rows and "too many requests" in said, f"{code} {said}")


def random_model(python, path):
    """A llama with 2 layers and random weights, whose tokens are bytes."""
    subprocess.run([python, Path(__file__).with_name("random_model.py"), path], check=True)


def llama(binary, python, folder):
    model = folder / "tiny.gguf"
    random_model(python, model)
    command = [python, "-m", "llama_cpp.server", "--model", model, "--n_ctx", "2048", "--host", "127.0.0.1"]
    with Server([*command, "--chat_format", "chatml", "--verbose", "False"], "/v1/models", folder / "llama.log") as server:
        listed = models(binary, server.url)
        check("llama.cpp: models", len(listed) == 1, listed)
        assay = Assay(binary, folder, server.url, listed[0]["id"] if listed else "tiny")
        short = ["--limit", "2", "--max-tokens", "24"]
        for style in ["chat", "completion"]:
            name, options = f"llama.cpp, {style}", [*short, "--style", style]
            sampled = [*options, "-n", "2", "--temperature", "1.0"]
            first = assay.answers(f"{name}: streaming", *sampled)
            again = assay.answers(f"{name}: the same again", *sampled)
            plain = assay.answers(f"{name}: plain JSON", *sampled, "--no-stream")
            texts = [[row["text"] for row in rows] for rows in [first, again, plain]]
            check(f"{name}: the same seeds give the same texts", texts[0] == texts[1] == texts[2], texts)
            other = assay.answers(f"{name}: another seed", *sampled, "--seed", "1")
            check(f"{name}: other seeds give other texts", texts[0] != [row["text"] for row in other], texts[0])
            check(f"{name}: samples of a task differ", len(set(texts[0])) > 1, texts[0])
            check(f"{name}: the bound on tokens holds", all(row["finish"] == "length" for row in first), first)
            several = assay.answers(f"{name}: several of one request", *sampled, "--native-n")
            check(f"{name}: several, each sample has its own", len(several) == 4, several)
            stop = texts[0][0][3:5]
            cut = assay.answers(f"{name}: a stop string", *sampled, "--stop", stop)
            check(f"{name}: the text ends before it", stop not in cut[0]["text"] and cut[0]["finish"] == "stop", cut[0])
        logprobs = assay.answers("llama.cpp: log-probabilities", *short, "--style", "completion", "--logprobs", "2")
        kept = [json.loads(row["logprobs"] or "[]") for row in logprobs]
        check("llama.cpp: each token has one", all(tokens and "logprob" in tokens[0] for tokens in kept), kept)
        summary, code, _, said = assay.run("--limit", "1", "--max-tokens", "16", "--system", "a " * 4000)
        overflow = summary.get("verdicts", {}).get("context_overflow")
        check("llama.cpp: a prompt beyond the context is an overflow", code == 3 and overflow == 1, f"{summary} {said}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assay", type=Path, required=True)
    parser.add_argument("--venv", type=Path, help="an environment to use again; by default a new one")
    parser.add_argument("--only", choices=sorted(PACKAGES))
    options = parser.parse_args()
    binary = options.assay.resolve()
    with tempfile.TemporaryDirectory() as folder:
        venv = options.venv or Path(folder) / "venv"
        python = venv.resolve() / "bin" / "python"
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", venv], check=True)
        for name, test in [("litellm", litellm), ("llama", llama)]:
            if options.only in (None, name):
                environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
                subprocess.run([python, "-m", "pip", "install", "-q", *PACKAGES[name]], check=True, env=environment)
                work = Path(folder) / name
                work.mkdir()
                test(binary, python, work)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
