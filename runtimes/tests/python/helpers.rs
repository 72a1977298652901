//! Modules that a suite brings for its tests are imported once, not by every sample.

use assay_api::{Outcome, Program};

use crate::common::{completed, file, graded, new_pool};

const TESTS: &str = "import helpers\nassert helpers.is_right(f(1))\n";

/// Takes some 50 million fuel.
const SLOW: &str = "table = [i * i % 7 for i in range(400_000)]\ndef is_right(x): return table[x] == 4\n";

fn with_helpers(helpers: &str, solution: &str) -> Program {
    let mut program = graded(solution, TESTS);
    program.files.push(file("helpers.py", helpers));
    program
}

/// What several samples give, one after the other in one executor.
fn outcomes<const N: usize>(helpers: &str, solutions: [&str; N]) -> [Outcome; N] {
    let pool = new_pool(1);
    solutions.map(|solution| pool.execute(with_helpers(helpers, solution)))
}

#[test]
fn importing_helpers_is_not_in_a_programs_fuel() {
    let right = "def f(x): return x + 1";
    let [first, second, third, wrong] = outcomes(SLOW, [right, right, right, "def f(x): return x"]);
    assert_eq!(first.status, completed(0), "{}", first.stderr.text());
    assert_eq!((&first, &first), (&second, &third));
    assert!(first.fuel < 10_000_000, "{}", first.fuel);
    assert_ne!(wrong.status, completed(0));
}

#[test]
fn what_one_sample_does_to_a_helper_no_other_sees() {
    let spoiling = "import helpers\nhelpers.is_right = None\ndef f(x): return x + 1";
    let [before, spoilt, after] = outcomes(SLOW, ["def f(x): return x + 1", spoiling, "def f(x): return x + 1"]);
    assert_ne!(spoilt.status, completed(0));
    assert_eq!(before, after);
}

#[test]
fn helpers_that_do_more_than_define_are_imported_by_every_program() {
    let is_right = "\ndef is_right(x): return x == 2\n";
    for (what, seen) in [
        ("print('imported')", "imported\n"),
        ("open('made', 'w').write('x'); print(end=open('made').read())", "x"),
        ("held = open('helpers.py'); print(end=held.read(5))", "held "),
        ("import random; value = random.random(); print(value)", "0."),
        ("import threading; threading.Thread(target=print, args=('thread',)).start()", ""),
        ("from solution import f; print(f(1))", "2\n"),
    ] {
        let helpers = format!("{what}{is_right}");
        let right = "def f(x): return x + 1";
        let [first, second] = outcomes(&helpers, [right, right]);
        assert_eq!(first.status, completed(0), "{what}: {}", first.stderr.text());
        assert!(first.stdout.text().contains(seen), "{what}: {}", first.stdout.text());
        assert_eq!(first, second, "{what}");
    }
}

#[test]
fn helpers_that_try_for_much_memory_have_the_programs_own() {
    let helpers = "
try: table = bytearray(100 << 20)
except MemoryError: table = None
def is_right(x): return table is not None
";
    for outcome in outcomes(helpers, ["def f(x): return x + 1"; 2]) {
        assert_eq!(outcome.status, completed(0));
    }
}

#[test]
fn helpers_may_take_memory_that_every_sample_finds_as_it_was() {
    let helpers = "table = [[i] for i in range(300_000)]\ndef is_right(x): return table[x] == [2]\n";
    let right = "def f(x): return x + 1";
    let spoiling = "import helpers\nfor row in helpers.table: row.append(None)\ndef f(x): return x + 1";
    let [first, second, spoilt, third, fourth] = outcomes(helpers, [right, right, spoiling, right, right]);
    assert_eq!(first.status, completed(0), "{}", first.stderr.text());
    assert!(first.fuel < 10_000_000, "{}", first.fuel);
    assert!(first.peak_memory_bytes > new_pool(1).execute(graded(right, "pass")).peak_memory_bytes);
    assert_ne!(spoilt.status, completed(0));
    assert_eq!((&first, &first, &first), (&second, &third, &fourth));
}

#[test]
fn the_solution_can_be_imported_after_helpers_were() {
    let mut program = with_helpers(SLOW, "def f(x): return x + 1");
    program.files[1].text.push_str("import solution, importlib\nassert importlib.util.find_spec('tests')\n");
    let pool = new_pool(1);
    for _ in 0..3 {
        assert_eq!(pool.execute(program.clone()).status, completed(0));
    }
}
