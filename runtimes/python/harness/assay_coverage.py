"""Which statements of a program's file ran. What a statement is, and its line, is as coverage.py counts them.

The program runs at the speed that it has without, after the first time that a line of its own runs.
"""

import ast
import re
import sys
from io import StringIO
from tokenize import COMMENT, DEDENT, INDENT, NEWLINE, OP, generate_tokens

# Lines that coverage.py leaves out unless it is told not to.
EXCLUDED = (
    r"#\s*(pragma|PRAGMA)[:\s]?\s*(no|NO)\s*(cover|COVER)",
    r"^\s*(((async )?def .*?)?\)(\s*->.*?)?:\s*)?\.\.\.\s*(#|$)",
    r"if (typing\.)?TYPE_CHECKING:",
)

# Of a file with more lines of code there is no report, which would be too long.
MOST_LINES = 40_000

_DEFINITIONS = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
_monitoring = sys.monitoring
# One of the two numbers that nobody has claimed.
_TOOL = 4
_Code = type(compile("", "", "exec"))


class Coverage:
    """What runs of the code of one file; `exclude` are regular expressions for more lines that do not count."""

    def __init__(self, exclude):
        self.exclude = "|".join(f"(?:{pattern})" for pattern in (*EXCLUDED, *exclude))
        self.source = None
        self.lines = set()
        self.ran = set()

    def watch(self, source, code):
        """Watches `code`, which is that of the whole file."""
        self.source = source
        codes = list(_nested(code))
        self.lines = {line for code in codes for _, _, line in code.co_lines() if line}
        line = _monitoring.events.LINE
        _monitoring.use_tool_id(_TOOL, "assay")
        _monitoring.register_callback(_TOOL, line, self._ran)
        for code in codes:
            _monitoring.set_local_events(_TOOL, code, line)

    def _ran(self, _code, line):
        self.ran.add(line)
        return _monitoring.DISABLE

    def report(self):
        """The first lines of all statements, and of those that did not run; None where there is nothing to be said."""
        if self.source is None or len(self.lines) > MOST_LINES:
            return None
        try:
            text = _Text(self.source, self.exclude)
            ignored = text.excluded | text.docstrings
            statements = text.first_lines(self.lines - ignored) - ignored
            return {"statements": sorted(statements), "missing": sorted(statements - text.first_lines(self.ran))}
        except BaseException:
            return None  # the program has changed what this needs, or itself under way


def _nested(code):
    """The code and all within it, without annotations, which hardly ever run."""
    yield code
    for constant in code.co_consts:
        if type(constant) is _Code and constant.co_name != "__annotate__":
            yield from _nested(constant)


class _Text:
    """What a file's text says of its lines, as coverage.py's PythonParser reads it."""

    def __init__(self, source, exclude):
        self.source = StringIO(source, newline=None).getvalue()
        # Lines of statements of several lines, with the first.
        self.first = {}
        self.excluded = self._matching(exclude)
        self._read_tokens()
        self.excluded = self.first_lines(self.excluded)
        self.docstrings = set()
        self._read_tree()

    def first_lines(self, lines):
        return {self.first.get(line, line) for line in lines}

    def _matching(self, pattern):
        lines = set()
        for match in re.finditer(pattern, self.source, re.MULTILINE):
            first, last = (self.source.count("\n", 0, place) + 1 for place in match.span())
            lines.update(range(first, last + 1))
        return lines

    def _read_tokens(self):
        """Finds statements of several lines, and what belongs to an excluded line that ends with a colon."""
        indent = nesting = first_line = 0
        excluding = None  # the indentation of what is excluded
        for kind, text, (start, _), (end, _), _ in generate_tokens(StringIO(self.source).readline):
            if kind == INDENT:
                indent += 1
            elif kind == DEDENT:
                indent -= 1
            elif kind == OP:
                nesting += (text in "([{") - (text in ")]}")
                if text == ":" and nesting == 0 and excluding is None:
                    if not self.excluded.isdisjoint(range(first_line, end + 1)):
                        self.excluded.add(end)
                        excluding = indent
            elif kind == NEWLINE:
                if first_line and end != first_line:
                    self.first.update(dict.fromkeys(range(first_line, end + 1), first_line))
                first_line = 0
            if text.strip() and kind != COMMENT and not first_line:
                first_line = start
                if excluding is not None and indent <= excluding:
                    excluding = None
                if excluding is not None:
                    self.excluded.add(end)

    def _read_tree(self):
        """Finds docstrings, and definitions of which the head or a decorator is excluded."""
        for node in ast.walk(ast.parse(self.source)):
            if not isinstance(node, (ast.Module, *_DEFINITIONS)):
                continue
            match node.body:
                case [ast.Expr(ast.Constant(str())) as first, *_]:
                    self.docstrings.update(range(first.lineno, first.end_lineno + 1))
            if isinstance(node, _DEFINITIONS):
                head = min((decorator.lineno for decorator in node.decorator_list), default=node.lineno)
                if not self.excluded.isdisjoint(range(head, node.lineno + 1)):
                    self.excluded.update(range(head, node.end_lineno + 1))
