"""Runs one program inside the interpreter and reports how it ended.

The host compiles this module into the interpreter's snapshot and calls `main()` once for each program. All that
the two sides say to each other goes through the door: a function of the host that takes and returns bytes.
"""

import json
import sys
import types

from assay_services import Unsupported
from assay_packages import KNOWN_PACKAGES

MESSAGE_CHARACTERS = 2000

# Code of tests that was compiled before the snapshot on which this program runs, by path.
_prepared = {}


def main(door):
    """Fetches the program, runs it, reports. `door` is bytes -> bytes."""
    request = json.loads(door(b"p"))
    secret = request["secret"]
    if request["kind"] == "prepare":
        _prepared[request["tests_path"]] = compile(request["tests"], request["tests_path"], "exec", dont_inherit=True)
        door(b"r" + secret.encode() + b'{"end":"exit","code":0}')
        return
    _seed(request)
    sys.path.insert(0, "")
    sys.argv = [request["path"]]
    try:
        if request["kind"] == "script":
            report = _script(request)
        else:
            report = _tests(request)
    finally:
        _flush()
    door(b"r" + secret.encode() + json.dumps(report).encode())


def _seed(request):
    # The generator was seeded when the snapshot was made; every program gets a stream of its own.
    sys.modules["random"].seed(request["seed"])


def _namespace(name, path):
    module = types.ModuleType(name)
    module.__file__ = path
    module.__builtins__ = __builtins__
    sys.modules[name] = module
    return module.__dict__


def _script(request):
    path = request["path"]
    ending = _execute(request["source"], path, _namespace("__main__", path), request["files"], show=True)
    sys.modules["atexit"]._run_exitfuncs()
    return ending


def _tests(request):
    files = request["files"]
    namespace = _namespace("solution", request["path"])
    ending = _execute(request["source"], request["path"], namespace, files, show=False)
    if ending != {"end": "exit", "code": None}:
        return ending
    tests = _prepared.get(request["tests_path"]) or request["tests"]
    ending = _execute(tests, request["tests_path"], namespace, files, show=False)
    if ending["end"] == "exit" and ending["code"] is None:
        return {"end": "exit", "code": 0, "tests": [{"name": "check", "passed": True}]}
    if ending["end"] == "exception":
        exception = {key: ending[key] for key in ("type", "message", "file", "line")}
        return {**ending, "tests": [{"name": "check", "passed": False, "exception": exception}]}
    return ending


def _execute(source, path, namespace, files, show):
    """How executing `source`, text or code, ended; `code` is None when it ran to its end."""
    try:
        exec(compile(source, path, "exec", dont_inherit=True) if type(source) is str else source, namespace)
    except SystemExit as error:
        return {"end": "exit", "code": _exit_code(error.code)}
    except BaseException as error:
        missing = _unsupported(error)
        if show:
            _show(error)
        if missing is not None:
            return {"end": "unsupported", "what": missing}
        return {"end": "exception", **_describe(error, files)}
    return {"end": "exit", "code": None}


def _exit_code(code):
    if code is None:
        return 0
    if isinstance(code, int):
        return int(code)
    try:
        print(code, file=sys.stderr)
    except BaseException:
        pass
    return 1


def _unsupported(error):
    """What the runtime lacks, if that is why the program failed, else None."""
    seen = 0
    while error is not None and seen < 8:
        if isinstance(error, Unsupported):
            return error.what
        if type(error) is ModuleNotFoundError and isinstance(error.name, str):
            top = error.name.partition(".")[0]
            if top in KNOWN_PACKAGES or top in sys.stdlib_module_names:
                return top
        error = error.__cause__ or error.__context__
        seen += 1
    return None


def _describe(error, files):
    file, line = _where(error, files)
    try:
        message = str(error)
    except BaseException:
        message = "<the exception's message could not be made>"
    name = type(error).__name__
    return {
        "type": name[:MESSAGE_CHARACTERS] if isinstance(name, str) else "?",
        "message": str.__str__(message)[:MESSAGE_CHARACTERS],
        "file": file,
        "line": line,
    }


def _where(error, files):
    """The innermost (file, line) of the program's own files."""
    if isinstance(error, SyntaxError) and error.filename in files and isinstance(error.lineno, int):
        return error.filename, error.lineno
    found = (None, None)
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename in files:
            found = (trace.tb_frame.f_code.co_filename, trace.tb_lineno)
        trace = trace.tb_next
    return found


def _show(error):
    """Prints the traceback as the interpreter does, without this module's frames."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    try:
        sys.modules["traceback"].print_exception(type(error), error, trace)
    except BaseException:
        pass


def _flush():
    for stream in (sys.stdout, sys.__stdout__, sys.stderr, sys.__stderr__):
        try:
            stream.flush()
        except BaseException:
            pass
