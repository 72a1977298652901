"""Runs one program inside the interpreter and reports how it ended.

The host runs `main` once for each program. All that the two sides say to each other goes through the door: a function
of the host that takes and returns bytes.

A program may replace whatever it can import, and define classes whose every method lies, and must still get its honest
outcome. So this module has builtins of its own, binds at import what it uses later, and reads the attributes of a
program's objects with the descriptors of the types that CPython defines, which no class of a program's overrides.
"""

import atexit
import logging
import os
import sys
from _json import encode_basestring_ascii, make_encoder
from atexit import _run_exitfuncs
from json import JSONDecoder
from threading import _shutdown as _end_threads

import assay_chance
import assay_scheduler
from assay_callee import Callee
from assay_coverage import Coverage
from assay_files import innermost, known_line, namespace_of, own_file
from assay_packages import KNOWN_PACKAGES
from assay_proxies import run_tests
from assay_services import Unsupported, refused
from assay_sides import install_candidate, install_judge, install_tests, install_values, serve, uninstall

MESSAGE_CHARACTERS = 2000

# Tests that were compiled, and whose helpers were imported, before the snapshot from which this program started.
_prepared = None

_decode = JSONDecoder().scan_once
_encode = make_encoder(None, None, encode_basestring_ascii, None, ":", ",", False, False, False)
_gettrace, _getprofile, _settrace, _setprofile = sys.gettrace, sys.getprofile, sys.settrace, sys.setprofile
_STANDARD_MODULES = sys.stdlib_module_names
_STREAMS = (sys.__stdout__, sys.__stderr__)
_DIRECTORY = os.getcwd()

# Shutting down logging takes a fifth of an empty program's fuel, and does nothing while only its last resort is there. It
# was registered before anything of a program's, so its turn is the last.
_close_logs, _log_handlers = logging.shutdown, logging._handlerList
_FIRST_HANDLERS = len(_log_handlers)
atexit.unregister(_close_logs)

_class_name = type.__dict__["__name__"].__get__
_cause = BaseException.__dict__["__cause__"].__get__
_context = BaseException.__dict__["__context__"].__get__
_traceback = BaseException.__dict__["__traceback__"].__get__
_set_traceback = BaseException.__dict__["__traceback__"].__set__
_syntax_file = SyntaxError.__dict__["filename"].__get__
_syntax_line = SyntaxError.__dict__["lineno"].__get__
_missing_module = ImportError.__dict__["name"].__get__


def main(door=__import__("_host").call):
    """Fetches the program, runs it, reports. `door` is bytes -> bytes."""
    request, _ = _decode(door(b"p").decode(), 0)
    # The secret that seals the report is only ever a temporary on this frame's stack: it has no name that a program
    # could look up. It is fetched first, since the door gives it only once.
    work = _prepare if request["kind"] == "prepare" else _run
    door(b"".join((b"r", door(b"s"), work(request, door))))


def _prepare(request, _door):
    """Compiles tests, and imports what helps them, for the programs that will start from a snapshot taken after this."""
    global _prepared
    _prepared = compile(request["source"], request["path"], "exec", dont_inherit=True)
    if request["helpers"]:
        sys.path.insert(0, "")
        install_values()
        for module in request["helpers"]:
            __import__(module)
        uninstall()
        sys.path.remove("")
        # The importer remembers which files the directory has; programs have more.
        sys.path_importer_cache.pop(_DIRECTORY, None)
        _flush()
    return b'{"end":"exit","code":0}'


def _run(request, door):
    """The report on the program, as JSON."""
    assay_chance.start()
    sys.path.insert(0, "")
    sys.argv = [request["path"]]
    files = {place: path for path in request["files"] for place in (path, f"{_DIRECTORY}/{path}")}
    coverage = Coverage(request["coverage"]) if "coverage" in request else None
    report = _KINDS[request["kind"]](request, files, door, coverage)
    if coverage is not None:
        report = {**report, "coverage": coverage.report()}
    _flush()
    return "".join(_encode(report, 0)).encode()


def _script(request, files, _door, coverage):
    path, source = request["path"], request["source"]
    ending = _finish(_execute(source, path, namespace_of("__main__", path), files, True, coverage), files)
    return ending or {"end": "exit", "code": 0}


def _finish(ending, files):
    """What the interpreter does at the end of a main program that ended so: waits for its threads, calls exit functions."""
    if assay_scheduler.any_started():
        of_threads = _end(files, True, _end_threads)
        ending = ending or of_threads
    _run_exitfuncs()
    if len(_log_handlers) != _FIRST_HANDLERS:
        try:
            _close_logs()
        except BaseException:
            pass
    return ending


def _tests(request, files, door, coverage):
    path, source = request["path"], request["source"]
    namespace = namespace_of("solution", path)
    ending = _execute(source, path, namespace, files, False, coverage)
    if ending is not None:
        return ending
    # The tests are not in memory while the solution is executed, unless they are only code.
    recorded = install_tests()
    ending = _execute(*_fetched_tests(door), namespace, files, show=False)
    return _lacking(recorded) or _with_tests(ending, [_on_record(*test, files) for test in recorded])


def _judge(request, files, door, _coverage):
    """Runs the judge, which is the file that other programs have for tests."""
    path = request["path"]
    tests = install_judge(door)
    source, named = _fetched_tests(door)
    if "functions" in request:
        ending = _end(files, True, run_tests, source, path, request["functions"])
    else:
        ending = _execute(source, named, namespace_of("__main__", path), files, show=True)
    return _with_tests(_finish(ending, files), tests)


def _candidate(request, files, door, _coverage):
    """Runs the candidate. Its main program is the file that other programs have for tests, unless its functions are called."""
    path = request["path"]
    handlers = install_candidate()
    if "functions" in request:
        namespace = namespace_of(request["functions"], path)
        ending = _execute(request["source"], path, namespace, files, show=True)
        handlers = [Callee(namespace, path)]
    else:
        ending = _execute(*_fetched_tests(door), namespace_of("__main__", path), files, show=True)
    if ending is None and handlers:
        ending = _end(files, True, serve, handlers, door)
    ending = _finish(ending, files)
    return ending or {"end": "exit", "code": 0}


_KINDS = {"script": _script, "tests": _tests, "judge": _judge, "candidate": _candidate}


def _fetched_tests(door):
    """The (source, path) of the tests, or their code, which the door gives only once."""
    if _prepared is not None:
        return _prepared, None
    tests, _ = _decode(door(b"t").decode(), 0)
    return tests["source"], tests["path"]


def _lacking(recorded):
    """The end that a test is which failed for what the runtime lacks, if one did, else None."""
    for _, passed, _, error in recorded:
        if not passed and _is_exception(error):
            lack = _lack(error)
            if lack:
                return {"end": "unsupported", "what": lack}
    return None


def _on_record(name, passed, skipped, error, files):
    test = {"name": _text(name), "passed": passed, "skipped": skipped}
    if not passed and _is_exception(error):
        test["exception"] = _describe(error, files)
    return test


def _is_exception(value):
    return issubclass(type(value), BaseException)


def _with_tests(ending, tests):
    """The report on tests that ended so: None is to their end."""
    if ending is None:
        return {"end": "exit", "code": 0, "tests": tests or [{"name": "check", "passed": True}]}
    if ending["end"] == "exception":
        exception = {key: ending[key] for key in ("type", "message", "file", "line")}
        return {**ending, "tests": [*tests, {"name": "check", "passed": False, "exception": exception}]}
    return ending


def _execute(source, path, namespace, files, show, coverage=None):
    """How executing `source`, text or code, ended; None when it ran to its end."""
    try:
        code = compile(source, path, "exec", dont_inherit=True) if type(source) is str else source
        if coverage is not None:
            coverage.watch(source, code)
    except BaseException as error:
        return _failure(error, files, show)
    return _end(files, show, exec, code, namespace)


def _end(files, show, action, *arguments):
    """How a call of `action` ended; None when it returned."""
    try:
        try:
            action(*arguments)
        finally:
            if _gettrace() is not None:
                _settrace(None)
            if _getprofile() is not None:
                _setprofile(None)
    except SystemExit as error:
        return {"end": "exit", "code": _exit_code(error)}
    except BaseException as error:
        return _failure(error, files, show)
    return None


def _failure(error, files, show):
    """The end that an exception is."""
    trace = _traceback(error)
    while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    _set_traceback(error, trace)
    lack = _lack(error)
    ending = {"end": "unsupported", "what": lack} if lack else {"end": "exception", **_describe(error, files)}
    if show:
        _show(error)
    return ending


def _exit_code(error):
    """What the interpreter would exit with: the low 8 bits of a number, else 1 and the object as a message."""
    try:
        code = error.code
    except BaseException:
        code = error
    if code is None:
        return 0
    if issubclass(type(code), int):
        code = int.__pos__(code)
        return code & 0xFF if -(2**63) <= code < 2**63 else 0xFF
    try:
        print(code, file=sys.stderr)
    except BaseException:
        pass
    return 1


def _lack(error):
    """What the runtime lacks, if that may be why the program failed, else None.

    A program may have caught the refusal and failed for what it did then, such as to return a message instead of a page.
    """
    seen = 0
    while error is not None and seen < 8:
        if type(error) is Unsupported:
            return error.what
        if type(error) is ModuleNotFoundError:
            name = _missing_module(error)
            if type(name) is str and (name in KNOWN_PACKAGES or name in _STANDARD_MODULES):
                return name.lstrip("_")
        cause = _cause(error)
        error = _context(error) if cause is None else cause
        seen += 1
    return refused[0] if refused else None


def _describe(error, files):
    file, line = _where(error, files)
    try:
        message = str(error)
    except BaseException:
        message = "<the exception's message could not be made>"
    return {"type": _text(_class_name(type(error))), "message": _text(message), "file": file, "line": line}


def _text(text):
    """The beginning of `text`, without what cannot be encoded; `text` may be of a subclass of str."""
    return str.__getitem__(text, slice(MESSAGE_CHARACTERS)).encode(errors="backslashreplace").decode()


def _where(error, files):
    """The (file, line) of the program's own files where it failed: the innermost, or where its syntax is wrong."""
    if issubclass(type(error), SyntaxError):
        file = own_file(_syntax_file(error), files)
        if file is not None:
            return file, known_line(_syntax_line(error))
    return innermost(_traceback(error), files)


def _show(error):
    """Shows the error as the interpreter does, through the program's own hook if it has set one."""
    try:
        sys.excepthook(type(error), error, _traceback(error))
    except BaseException:
        pass


def _flush():
    for stream in (getattr(sys, "stdout", None), getattr(sys, "stderr", None), *_STREAMS):
        try:
            stream.flush()
        except BaseException:
            pass
