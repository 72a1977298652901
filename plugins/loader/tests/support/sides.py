"""Runs the two sides of a judged program in one native interpreter, and prints the judge's record as JSON, then what the judge printed.

Arguments: the directory of the harness's modules, the judge's directory, the candidate's.
"""

import io
import json
import os
import runpy
import sys
import types

harness, judge, candidate = sys.argv[1:]
sys.path[:0] = [candidate, harness]
import assay_callee  # noqa: E402
import assay_files  # noqa: E402
import assay_values  # noqa: E402


class CandidateEnded(Exception):
    pass


def call(message):
    try:
        return handlers[-1](message)
    except (Exception, SystemExit) as error:
        raise CandidateEnded(repr(error)) from None


def test(name, passed):
    record.append([name, passed])


handlers, record = [], []
sys.modules["assay"] = types.SimpleNamespace(
    call=call,
    test=test,
    CandidateEnded=CandidateEnded,
    serve=handlers.append,
    load=assay_files.load,
    converted=assay_callee.converted,
    **{name: vars(assay_values)[name] for name in ("encode", "decode", "BadValue")},
)
os.chdir(candidate)
runpy.run_path(next(filter(os.path.exists, ("methods.py", "server.py"))))
os.chdir(judge)
sys.path.insert(0, judge)
stdout, sys.stdout = sys.stdout, io.StringIO()
runpy.run_path("judge.py")
told, sys.stdout = sys.stdout.getvalue(), stdout
print(json.dumps(record))
print(told, end="")
