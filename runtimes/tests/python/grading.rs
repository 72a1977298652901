//! Solutions and their tests in one instance.

use std::fs;
use std::path::Path;

use crate::common::{completed, graded, pool, unsupported};
use assay_api::{Outcome, Record, Status, TestResult};

const TESTS: &str = "
def check(candidate):
    assert candidate(1, 2) == 3
    assert candidate(-1, 1) == 0

check(add)
";

const RIGHT: &str = "def add(a, b): return a + b";

fn grade(solution: &str) -> Outcome {
    pool().execute(graded(solution, TESTS))
}

fn passed(outcome: &Outcome) -> bool {
    outcome.record.as_ref().is_some_and(Record::passed)
}

#[test]
fn a_right_solution_passes() {
    let outcome = grade(RIGHT);
    assert_eq!(outcome.status, completed(0));
    assert!(passed(&outcome));
}

#[test]
fn a_wrong_solution_fails_with_the_assertion() {
    let outcome = grade("def add(a, b): return 3");
    let record = outcome.record.expect("the tests ran");
    let exception = record.tests[0].exception.as_ref().expect("an assertion failed");
    assert!(!record.tests[0].passed);
    assert_eq!(
        (&*exception.type_name, exception.file.as_deref(), exception.line),
        ("AssertionError", Some("tests.py"), Some(4))
    );
    assert!(matches!(outcome.status, Status::Exception { .. }));
}

#[test]
fn a_solution_that_raises_fails_where_it_raised() {
    let record = grade("def add(a, b):\n    return a / 0").record.expect("the tests ran");
    let exception = record.tests[0].exception.as_ref().expect("it raised");
    assert_eq!(
        (&*exception.type_name, exception.file.as_deref(), exception.line),
        ("ZeroDivisionError", Some("solution.py"), Some(2))
    );
}

#[test]
fn a_solution_that_does_not_load_leaves_no_record() {
    for solution in ["def add(a, b) return", "1 / 0", "import frobnicator"] {
        let outcome = grade(solution);
        assert!(matches!(outcome.status, Status::Exception { .. }), "{solution}");
        assert_eq!(outcome.record, None, "{solution}");
    }
    let outcome = grade("import torch");
    assert_eq!((outcome.status, outcome.record), (unsupported("torch"), None));
}

#[test]
fn tests_that_do_not_load_do_not_pass() {
    for tests in ["check(", "check(subtract)", "import frobnicator"] {
        assert!(!passed(&pool().execute(graded(RIGHT, tests))), "{tests}");
    }
}

#[test]
fn output_of_the_solution_is_kept() {
    assert_eq!(grade(&format!("print('loading')\n{RIGHT}")).stdout.text(), "loading\n");
}

/// One file a solution; adding a cheat is adding a file.
#[test]
fn no_cheat_of_the_corpus_passes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/adversarial/python/grading");
    let mut count = 0;
    for entry in fs::read_dir(folder).expect("the corpus is there") {
        let path = entry.expect("a readable folder").path();
        let solution = fs::read_to_string(&path).expect("a readable file");
        assert!(solution.starts_with("# "), "{path:?} begins with what it tries");
        let outcome = grade(&solution);
        assert!(!passed(&outcome), "{path:?} passed: {:?}", outcome.status);
        assert!(!matches!(outcome.status, Status::Infra { .. }), "{path:?}: {:?}", outcome.status);
        count += 1;
    }
    assert!(count >= 20, "only {count} cheats");
}

#[test]
fn the_secret_is_in_no_name_and_no_object_that_a_program_can_list() {
    let solution = "
import gc, sys

gc.unfreeze()
places = gc.get_objects()
frame = sys._getframe()
while frame:
    places += [dict(frame.f_locals), dict(frame.f_globals), frame]
    frame = frame.f_back
things = gc.get_referents(*places)
things += gc.get_referents(*(thing for thing in things if type(thing) in (dict, list, tuple)))
for thing in things:
    if type(thing) in (str, bytes) and len(thing) == 32:
        text = thing if type(thing) is str else thing.decode('latin-1')
        if not text.strip('0123456789abcdef'): print(text)
";
    let mut program = graded(solution, TESTS);
    program.limits.fuel = 20_000_000_000;
    let outcome = pool().execute(program);
    assert!(matches!(outcome.status, Status::Exception { .. }), "it searched to the end: {:?}", outcome.status);
    assert_eq!(outcome.stdout.text(), "");
}

#[test]
fn the_tests_are_not_in_memory_before_the_solution_was_executed() {
    let solution = "
import gc, sys
frame, found = sys._getframe(), []
while frame:
    found += [str(v) for v in frame.f_locals.values() if type(v) in (str, dict)]
    frame = frame.f_back
print(any('candidate(-1' in text for text in found if 'any(' not in text))
def add(a, b): return a + b";
    assert_eq!(grade(solution).stdout.text(), "False\n");
}

#[test]
fn known_limitation_an_object_that_equals_everything_passes_tests_of_equality() {
    // In one instance the tests compare the candidate's own objects. Suites that grade values or use two instances
    // do not: their reports say so.
    let outcome = grade("class Any:\n    def __eq__(self, other): return True\ndef add(a, b): return Any()");
    assert!(passed(&outcome));
}

#[test]
fn known_limitation_a_solution_that_knows_the_harness_replaces_it_through_frames() {
    // Python's frames give every caller's globals away, so code in the harness's own interpreter can rewrite it. The
    // secret does not help against that; only a second instance does.
    let solution = "
import sys
frame = sys._getframe()
while '_execute' not in frame.f_globals: frame = frame.f_back
frame.f_globals['_execute'] = lambda *a, **k: None
";
    assert!(passed(&grade(solution)));
}

/// A test on record: name, passed, skipped, and the type of the exception.
type Row = (String, bool, bool, Option<String>);

/// How tests beside a solution ended, and what they put on record.
fn recorded(tests: &str) -> (Status, Vec<Row>) {
    let outcome = pool().execute(graded("def add(a, b):\n    return a + b", tests));
    let tests = outcome.record.map(|record| record.tests).unwrap_or_default();
    let row = |test: TestResult| (test.name, test.passed, test.skipped, test.exception.map(|e| e.type_name));
    (outcome.status, tests.into_iter().map(row).collect())
}

#[test]
fn tests_may_put_each_test_on_record() {
    let (status, tests) = recorded(
        "import assay\nassay.test('a', add(1, 2) == 3)\nassay.test('b', False, error=ValueError('no'))\n\
         assay.test('c', True, skipped=True)",
    );
    assert_eq!(status, completed(0));
    let row =
        |name: &str, passed, skipped, error: Option<&str>| (name.into(), passed, skipped, error.map(str::to_owned));
    let expected =
        [row("a", true, false, None), row("b", false, false, Some("ValueError")), row("c", true, true, None)];
    assert_eq!(tests, expected);
}

#[test]
fn tests_that_end_early_fail_whatever_they_put_on_record() {
    let (status, tests) = recorded("import assay\nassay.test('a', True)\nassert add(1, 1) == 3");
    assert!(matches!(status, Status::Exception { .. }));
    assert_eq!(tests.iter().map(|test| (test.0.as_str(), test.1)).collect::<Vec<_>>(), [("a", true), ("check", false)]);
}

#[test]
fn a_recorded_test_that_failed_for_what_the_runtime_lacks_makes_the_program_unsupported() {
    let tests = "import assay\nassay.test('a', False, error=ValueError())\ntry: import torch\n\
                 except ImportError as error: assay.test('b', False, error=error)";
    assert_eq!(recorded(tests).0, unsupported("torch"));
    let passed = tests.replace("'b', False", "'b', True");
    assert_eq!(recorded(&passed).0, completed(0));
}

#[test]
fn a_solution_that_loads_can_put_no_tests_on_record() {
    let outcome = pool().execute(graded("import assay", "pass"));
    let Status::Exception { exception } = outcome.status else { panic!("{:?}", outcome.status) };
    assert_eq!((exception.type_name.as_str(), outcome.record), ("ModuleNotFoundError", None));
}
