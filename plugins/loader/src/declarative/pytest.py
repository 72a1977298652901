"""Runs a file of tests with pytest, and puts each of its tests on record.

The tests' file imports this module, so that a task's samples share what it imports.
"""

import os
import sys

import _pytest.tmpdir
import pytest

# There are no users here, as in a browser; pytest asks only there.
_pytest.tmpdir.get_user_id = lambda: None

# What pytest does beside running tests costs fuel, or needs what is not here: files like /dev/null, signals, duplicated streams.
OPTIONS = [
    "--capture=sys",
    *("-o", "log_file=/tmp/pytest.log", "-o", "log_file_level=100"),
    *(f"-pno:{plugin}" for plugin in ("cacheprovider", "doctest", "faulthandler", "junitxml", "pastebin", "terminal")),
]


class Recorder:
    """What pytest says of each test, by its name without the file's: `TestClass::test_method[parameters]`."""

    def __init__(self, record):
        self.record = record
        self.waiting = {}
        self.errors = {}
        self.count = 0

    def put(self, node, passed, error=None, skipped=False):
        self.count += 1
        self.record(node.partition("::")[2] or node or "collection", passed, error=error, skipped=skipped)

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector):
        report = yield
        if report.failed:
            error = report.call.excinfo.value
            # What a file raises while it is imported is the cause of what pytest raises then.
            self.put(collector.nodeid, False, error=error.__cause__ or error)
        elif report.skipped:
            self.put(collector.nodeid, True, skipped=True)
        return report

    def pytest_collection_finish(self, session):
        self.waiting = {item.nodeid: "passed" for item in session.items}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item, call):
        report = yield
        if report.failed:
            error = call.excinfo.value if call.excinfo else AssertionError(report.longreprtext)
            self.errors.setdefault(item.nodeid, error)
        return report

    def pytest_runtest_logreport(self, report):
        # A test that fails as its author expects is skipped in pytest's words, and passes in those of `unittest`.
        if report.skipped and not hasattr(report, "wasxfail"):
            self.waiting[report.nodeid] = "skipped"
        if report.when == "teardown" and (ended := self.waiting.pop(report.nodeid, None)):
            error = self.errors.get(report.nodeid)
            self.put(report.nodeid, error is None, error=error, skipped=ended == "skipped" and error is None)

    def end(self, code):
        """Puts on record what did not run."""
        for node in self.waiting:
            self.put(node, False, error=AssertionError("the tests ended before this one"))
        if not self.count:
            self.put("", False, error=AssertionError(f"pytest ran no test: {code!r}"))


def run(solution, path, source):
    """Writes the tests in `source` to `path` and runs them. The module that they import by the solution's name is the one that ran."""
    from assay import test

    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    sys.dont_write_bytecode = True
    if "/" not in solution:
        sys.modules[solution.removesuffix(".py")] = sys.modules["solution"]
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(source)
    recorder = Recorder(test)
    recorder.end(pytest.main([*OPTIONS, path], plugins=[recorder]))
