"""What a sample costs the client and the run file: 10,000 of them from `assay mock-endpoint`, 256 at once.

    python3 tests/servers/load.py --assay target/release/assay

The answers hold no code, so that nothing is executed. What the command takes without samples is measured
first and taken off; the mock endpoint is a process of its own and does not count. Exits with 1 when a bound is not kept.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

TASKS = 28
# Half a second for each answer: only with all places in use they come as fast as the endpoint can send.
SLOW = {"text": "It depends. " * 8, "token_delay_ms": 20}
PROSE = "There are several ways to look at this question, and each of them has something for it. " * 7


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assay", type=Path, required=True)
    parser.add_argument("--samples", type=int, default=10_000)
    parser.add_argument("--concurrency", type=int, default=256)
    parser.add_argument("--most-cpu-ms", type=float, default=1.0)
    parser.add_argument("--most-memory-mb", type=float, default=200.0)
    options = parser.parse_args()
    n = -(-options.samples // TASKS)
    idle = measure(options, {"text": PROSE}, 1, ["--limit", "1"])
    kept = True
    for name, answer, more in [
        (f"streaming, {len(PROSE)} characters", {"text": PROSE}, []),
        (f"plain JSON, {len(PROSE)} characters", {"text": PROSE}, ["--no-stream"]),
        ("streaming, 96 characters in half a second", SLOW, []),
    ]:
        used = measure(options, answer, n, more)
        cpu = 1e3 * (used["cpu"] - idle["cpu"]) / (used["samples"] - idle["samples"])
        print(
            f"{name}: {used['samples']} samples, {cpu:.3f} ms CPU a sample, {used['memory'] / 1e6:.0f} MB, "
            f"{used['wall']:.1f} s wall; {used['told']}",
            flush=True,
        )
        kept = kept and cpu < options.most_cpu_ms and used["memory"] < options.most_memory_mb * 1e6
    sys.exit(0 if kept else 1)


def measure(options, answer, n, more):
    """One run with what it used, against an endpoint of its own."""
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        script = folder / "script.jsonl"
        script.write_text(json.dumps(answer) + "\n")
        server = subprocess.Popen(
            [options.assay, "mock-endpoint", "--script", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        try:
            used = run(options, folder, server.stdout.readline().decode().strip(), n, more)
            server.send_signal(signal.SIGINT)
            return {**used, "told": server.stderr.read().decode().splitlines()[-1]}
        finally:
            server.kill()


def run(options, folder, url, n, more):
    """One run with what it used."""
    command = [options.assay, "run", "demo", "--base-url", url, "--model", "mock", "-n", str(n), "--json", "--fresh"]
    command += ["--concurrency", str(options.concurrency), "-o", "run.assay", *more]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    summary = json.loads(process.stdout.read().splitlines()[-1])
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"assay run ended with {process.returncode}")
    return {
        "cpu": usage.ru_utime + usage.ru_stime,
        "memory": usage.ru_maxrss * 1024,
        "samples": summary["n_samples"],
        "wall": summary["seconds"],
    }


if __name__ == "__main__":
    main()
