use std::path::PathBuf;

use assay_api::{Candidate, Entry, Limits, Program, SourceFile, Suite};
use assay_loader::declarative::{Choice, DataDirectory, DeclarativeSuite};

/// A solution of the size that HumanEval's have.
const SOLUTION: &str = r#"from typing import List


def merge_ranges(ranges: List[tuple], gap: int) -> List[tuple]:
    """ Merge closed integer ranges that overlap or lie at most `gap` apart, and
    return them sorted. A range whose ends are swapped is read the right way round.
    >>> merge_ranges([(5, 7), (1, 2)], 1)
    [(1, 2), (5, 7)]
    >>> merge_ranges([(4, 7), (3, 1)], 1)
    [(1, 7)]
    """
    merged = []
    for low, high in sorted((min(pair), max(pair)) for pair in ranges):
        if merged and low - merged[-1][1] <= gap:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    return merged
"#;

/// Its tests.
const TESTS: &str = r"def check(candidate):
    assert candidate([], 0) == []
    assert candidate([(1, 1)], 0) == [(1, 1)]
    assert candidate([(5, 7), (1, 2)], 1) == [(1, 2), (5, 7)]
    assert candidate([(4, 7), (3, 1)], 1) == [(1, 7)]
    assert candidate([(1, 9), (2, 3)], 0) == [(1, 9)]
    assert candidate([(1, 2), (4, 5)], 2) == [(1, 5)]
    assert candidate([(3 * i, 3 * i + 1) for i in range(50)], 2) == [(0, 148)]


check(merge_ranges)
";

/// A program that does nothing: what every program pays.
#[must_use]
pub fn nothing() -> Program {
    script("pass\n")
}

/// A program that leaves its instance unusable: the next one gets a new instance.
#[must_use]
pub fn hard_exit() -> Program {
    script("import os\nos._exit(0)\n")
}

/// A program that imports numpy, and so starts in the science snapshot.
#[must_use]
pub fn import_numpy() -> Program {
    script("import numpy\nassert numpy.arange(5).sum() == 10\n")
}

/// A function with its tests, as a suite has them executed.
#[must_use]
pub fn function_with_tests() -> Program {
    let file = |path: &str, text: &str| SourceFile { path: path.to_owned(), text: text.to_owned() };
    let entry = Entry::tests("solution.py", "tests.py");
    program(vec![file("solution.py", SOLUTION), file("tests.py", TESTS)], entry)
}

/// The gold answer of `HumanEval/0`; `None` unless `ASSAY_DATA` names a directory with HumanEval's data.
///
/// # Panics
/// When that data is not HumanEval's.
#[must_use]
pub fn humaneval_gold() -> Option<Program> {
    golds("humaneval", None)?.into_iter().next()
}

/// The same solution and tests in one instance, where `program` has them in two.
#[must_use]
pub fn in_one_instance(program: &Program) -> Program {
    let Entry::Judged { judge, candidate } = &program.entry else { return program.clone() };
    let entry = Entry::tests(candidate.path.as_str(), judge.as_str());
    Program { files: [candidate.files.as_slice(), &program.files].concat(), entry, ..program.clone() }
}

/// The programs with gold answers of a built-in suite, in one of its languages if it has several; `None` unless
/// `ASSAY_DATA` names a directory with its data.
///
/// # Panics
/// When that data is not the suite's.
#[must_use]
pub fn golds(suite: &str, language: Option<&str>) -> Option<Vec<Program>> {
    let data = DataDirectory(PathBuf::from(std::env::var_os("ASSAY_DATA")?));
    let folder = assay_suites::find(suite)?;
    let choice = Choice { language: language.map(str::to_owned), variant: None };
    let suite = DeclarativeSuite::load(&folder.files, &data, &choice).unwrap_or_else(|error| panic!("{error}"));
    let programs = suite.tasks(None).ok()?.items.into_iter().filter_map(|task| {
        let gold = suite.reference(&task).ok()??;
        suite.programs(&task, &gold).ok()?.pop()
    });
    Some(programs.collect())
}

/// A judge that sends `messages` to a candidate, which answers each with itself.
#[must_use]
pub fn round_trips(messages: u64) -> Program {
    judged(messages, "assay.serve(lambda message: message)", "assay.call(b'message')")
}

/// A judge that sends a value of some 60 parts to a candidate `count` times, which sends it back; each side encodes and
/// decodes it.
#[must_use]
pub fn values(count: u64) -> Program {
    let value = "[list(range(20)), {'name': 'x' * 20, 'size': 1.5}, tuple((n, str(n)) for n in range(10)), None, True]";
    judged(
        count,
        "assay.serve(lambda message: assay.encode(assay.decode(message)))",
        &format!("assay.decode(assay.call(assay.encode({value})))"),
    )
}

/// A judge that does something `count` times.
fn judged(count: u64, candidate: &str, judge: &str) -> Program {
    let file = |path: &str, text: &str| vec![SourceFile { path: path.to_owned(), text: text.to_owned() }];
    let candidate = Candidate {
        files: file("candidate.py", &format!("import assay\n{candidate}\n")),
        path: "candidate.py".to_owned(),
        functions: false,
        stdin: String::new(),
        limits: Limits { fuel: u64::MAX, ..Limits::default() },
    };
    let judge = format!("import assay\nfor _ in range(int(input())): {judge}\n");
    let entry = Entry::Judged { judge: "judge.py".to_owned(), candidate: Box::new(candidate) };
    let limits = Limits { fuel: u64::MAX, ..Limits::default() };
    Program { stdin: count.to_string(), limits, ..program(file("judge.py", &judge), entry) }
}

/// Starts and joins `count` threads, one after the other.
#[must_use]
pub fn thread_starts(count: u64) -> Program {
    let text = "import threading\nfor _ in range(int(input())):\n    t = threading.Thread(target=int)\n    t.start()\n    t.join()\n";
    endless(text, count)
}

/// Switches between two threads `2 * count` times.
#[must_use]
pub fn thread_switches(count: u64) -> Program {
    let text = "import threading\ncount = int(input())\na, b = threading.Semaphore(), threading.Semaphore(0)\n\
        def turns(mine, other):\n    for _ in range(count):\n        mine.acquire()\n        other.release()\n\
        t = threading.Thread(target=turns, args=(b, a))\nt.start()\nturns(a, b)\nt.join()\n";
    endless(text, count)
}

/// A program that reads a number, and has all the fuel it needs.
fn endless(text: &str, count: u64) -> Program {
    Program { stdin: count.to_string(), limits: Limits { fuel: u64::MAX, ..Limits::default() }, ..script(text) }
}

fn script(text: &str) -> Program {
    let path = "main.py".to_owned();
    program(vec![SourceFile { path: path.clone(), text: text.to_owned() }], Entry::script(path))
}

fn program(files: Vec<SourceFile>, entry: Entry) -> Program {
    let runtime = "python".to_owned();
    Program { runtime, files, entry, stdin: String::new(), limits: Limits::default(), seed: 0 }
}
