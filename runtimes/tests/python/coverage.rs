//! Which statements of a program ran: what coverage.py 7.13 says of the same programs.

use assay_api::{CoverageOptions, Entry, LineCoverage, Program, Status};

use crate::common::{graded, pool, run, script};

fn counting(program: Program, exclude: &[&str]) -> Program {
    let options = Some(CoverageOptions { exclude: exclude.iter().map(|pattern| (*pattern).to_owned()).collect() });
    let entry = match program.entry {
        Entry::Script { path, .. } => Entry::Script { path, coverage: options },
        Entry::Tests { solution, tests, .. } => Entry::Tests { solution, tests, coverage: options },
        judged @ Entry::Judged { .. } => judged,
    };
    Program { entry, ..program }
}

#[track_caller]
fn covered(program: Program, exclude: &[&str]) -> (Vec<u32>, Vec<u32>) {
    let outcome = pool().execute(counting(program, exclude));
    let LineCoverage { statements, missing } = outcome.coverage.unwrap_or_else(|| panic!("{:?}", outcome.status));
    (statements, missing)
}

/// Statements of several lines, docstrings, decorators, exclusions, and what Python's compiler leaves out.
const SHAPES: &str = r#""""A module's docstring
of two lines."""
import abc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import decimal

class Shape(abc.ABC):
    """A docstring."""
    sides: int = 0
    name: str

    @abc.abstractmethod
    def area(self):
        return 1

    @property
    def doubled(
        self,
    ) -> int:
        """Another."""
        total = sum(
            side
            for side in range(self.sides)
        )
        return total

    def later(self): ...

def used(x):
    if x > 1:
        return {
            "a": x,
        }
    elif x == 1:
        return [y for y in range(x)
                if y]
    else:
        pass
    try:
        x / 0
    except ZeroDivisionError:
        x = 5
    finally:
        x += 1
    while True:
        if x > 3:
            break
        continue
    return lambda: (
        x
    )

def unused():  # pragma: no cover
    if 1:
        return 2
    return 3

def never():
    global counter
    counter = 1
    assert (counter,
            1)
    for i in range(3):
        yield i
    else:
        return

used(0)
with open("f", "w") as f, \
     open("g", "w") as g:
    f.write("""a
b
""")
text = "a" \
    "b"; other = 2
"#;

/// By coverage.py on Python 3.11, without line 12: an annotation alone is not executed any more.
const SHAPES_STATEMENTS: [u32; 34] = [
    3, 4, 9, 11, 18, 19, 23, 27, 31, 32, 33, 36, 37, 40, 41, 42, 43, 44, 46, 47, 48, 49, 50, 51, 60, 62, 63, 65, 66,
    68, 70, 71, 73, 76,
];
const SHAPES_MISSING: [u32; 10] = [23, 27, 33, 37, 50, 62, 63, 65, 66, 68];

#[test]
fn statements_are_those_of_coverage_py() {
    let (statements, missing) = covered(script(SHAPES), &[r"@(abc\.)?abstractmethod"]);
    assert_eq!(statements, SHAPES_STATEMENTS);
    assert_eq!(missing, SHAPES_MISSING);
}

#[test]
fn of_graded_programs_the_solution_is_looked_at() {
    let solution = "def f(x):\n    if x:\n        return 1\n    return 2\n\ndef g():\n    return 3\n";
    let program = graded(solution, "assert f(1) == 1\nif False:\n    f(0)\n");
    assert_eq!(covered(program, &[]), (vec![1, 2, 3, 4, 6, 7], vec![4, 7]));
    // What failed is told, too; what ended from outside has nothing to tell.
    assert_eq!(covered(graded(solution, "assert f(0) == 1"), &[]), (vec![1, 2, 3, 4, 6, 7], vec![3, 7]));
    let endless = pool().execute(counting(script("while True: pass"), &[]));
    assert_eq!((endless.status, endless.coverage), (Status::OutOfFuel, None));
}

#[test]
fn who_does_not_ask_is_told_nothing_and_pays_nothing() {
    assert_eq!(run("pass").coverage, None);
    let twice =
        |source: &str| [counting(script(source), &[]), script(source)].map(|program| pool().execute(program).fuel);
    let [counted, plain] = twice("for i in range(100000):\n    j = i\n");
    assert!(counted < plain + plain / 4, "{counted} {plain}");
}

#[test]
fn a_program_that_breaks_what_counts_has_no_coverage_and_its_own_outcome() {
    for source in [
        "import ast\nast.parse = None\nprint('done')",
        "import re\nre.finditer = 1\nprint('done')",
        "import sys\nsys.monitoring.free_tool_id(4)\nprint('done')",
        "import sys\nsys.monitoring.set_events = sys.monitoring.DISABLE = 7\nprint('done')",
    ] {
        let outcome = pool().execute(counting(script(source), &[]));
        assert_eq!(
            (outcome.status, outcome.stdout.text().as_ref()),
            (Status::Completed { exit_code: 0 }, "done\n"),
            "{source}"
        );
    }
    // A pattern that is none, and a file that is no Python.
    for (source, exclude) in [("print(1)", "("), ("x = (", "y")] {
        assert_eq!(pool().execute(counting(script(source), &[exclude])).coverage, None, "{source}");
    }
}

#[test]
fn long_files_have_no_coverage_rather_than_no_report() {
    let mut program = counting(script(&"x = 1\n".repeat(50_000)), &[]);
    program.limits.fuel = 20_000_000_000;
    let outcome = pool().execute(program);
    assert_eq!((outcome.status, outcome.coverage), (Status::Completed { exit_code: 0 }, None));
}
