//! The official tests of the language, in the sandbox and in the same engine natively.
//!
//! `ASSAY_TEST262` names a checkout of the tests. A fixed sample of them is executed both ways; the sandbox may fail none
//! that the engine, compiled by the system's C compiler, passes. Without the variable one small test of the runner's own
//! remains.

mod native;
mod sample;
mod test;

use std::env;
use std::num::NonZeroUsize;
use std::path::Path;
use std::time::Duration;

use assay_api::{Entry, Limits, Outcome, Program, SourceFile, Status};
use assay_runtimes::cache::Cache;
use assay_runtimes::fetch::Fetcher;
use assay_runtimes::{MemoryBudget, Pool, PoolOptions, Runtime, Silent};

use native::Native;
use test::{Composed, Expected, Harness, Test};

/// The environment variable that names the tests' directory.
const DIRECTORY: &str = "ASSAY_TEST262";

/// How many tests at least are executed, if there are so many.
const SAMPLE: usize = 2_000;

/// Tests that fail here alone, and why that is right.
const KNOWN: &[(&str, &str)] = &[
    (
        "language/expressions/dynamic-import/catch/top-level-import-catch-eval-script-code-target.js",
        "a .js file without a module's syntax is CommonJS, as in node",
    ),
    (
        "language/statements/for-await-of/ticks-with-async-iter-resolved-promise-and-constructor-lookup-two.js",
        "programs cannot see the promises of the prelude: Promise.prototype.constructor is fixed",
    ),
];

/// What a test that ran to its end printed last, if it tells its end itself.
const DONE: &str = "Test262:AsyncTestComplete";

fn pool() -> Pool {
    let cache = Cache::open(None).expect("the user's cache directory can be used");
    let opened = Runtime::open("javascript", &cache, &Fetcher::from_env(), &Silent);
    let runtime = opened.unwrap_or_else(|error| panic!("the JavaScript runtime cannot be had: {error}"));
    let jobs = NonZeroUsize::new(2).expect("it is two");
    let memory_budget = MemoryBudget::from_bytes(u64::MAX);
    Pool::new(&[runtime], PoolOptions { jobs, memory_budget, verify_resets: false }).expect("the system gives threads")
}

fn program(composed: Composed) -> Program {
    let limits = Limits {
        fuel: 20_000_000_000,
        memory_bytes: 512 << 20,
        sleep: Duration::from_secs(100),
        output_bytes: 1 << 20,
        ..Limits::default()
    };
    let mut files: Vec<_> = composed.fixtures.into_iter().map(|(path, text)| SourceFile { path, text }).collect();
    let (path, entry) = if composed.module {
        ("test.mjs", Entry::script("test.mjs"))
    } else {
        files.push(SourceFile { path: "harness.cjs".to_owned(), text: composed.harness.clone() });
        let entry = Entry::tests("harness.cjs", "test.cjs");
        ("test.cjs", entry)
    };
    let text = if composed.module { format!("{}\n{}", composed.harness, composed.source) } else { composed.source };
    files.push(SourceFile { path: path.to_owned(), text });
    Program { runtime: "javascript".to_owned(), files, entry, stdin: String::new(), limits, seed: 0 }
}

/// Why the outcome is not what the test expects; `None` if it is.
fn wrong(test: &Test, outcome: &Outcome) -> Option<String> {
    let why = || format!("{:?} {}", outcome.status, outcome.stderr.text());
    match (&test.expected, &outcome.status) {
        (Expected::Error(name), Status::Exception { exception }) => {
            // What is thrown without being an error shows its type where errors have their message.
            let thrown = match exception.type_name.as_str() {
                "NonError" => exception.message.split([' ', '{']).next().unwrap_or_default(),
                error => error,
            };
            (thrown != name).then(|| format!("{thrown} in place of {name}"))
        }
        (Expected::Nothing, Status::Completed { exit_code: 0 }) => {
            let done = !test.is_async || outcome.stdout.text().lines().any(|line| line == DONE);
            (!done).then(|| format!("it did not complete: {}", outcome.stdout.text()))
        }
        _ => Some(why()),
    }
}

/// The tests of `directory` that fail in the sandbox and pass natively, and how many were executed.
fn failures(directory: &Path, least: usize) -> (usize, Vec<String>) {
    let harness = Harness::read(directory);
    let paths = sample::paths(directory, least);
    let pool = pool();
    let mut native: Option<Native> = None;
    let mut worse = Vec::new();
    let (mut executed, mut failed, mut known) = (0, 0, 0);
    for path in &paths {
        let test = Test::read(path);
        for &strict in test.modes() {
            executed += 1;
            let Some(why) = wrong(&test, &pool.execute(program(harness.compose(&test, strict)))) else { continue };
            failed += 1;
            if KNOWN.iter().any(|(known, _)| path.ends_with(known)) {
                known += 1;
                continue;
            }
            let native = native.get_or_insert_with(Native::build);
            if native.passes(&test, &harness.compose(&test, strict)) {
                worse.push(format!("{}{}: {why}", path.display(), if strict { " (strict)" } else { "" }));
            }
        }
    }
    let (tests, worse_here) = (paths.len(), worse.len());
    eprintln!("{tests} tests, {executed} executions: {failed} failed, {worse_here} not natively, {known} known");
    (executed, worse)
}

#[test]
fn no_test_fails_that_the_engine_passes_natively() {
    let Some(directory) = env::var_os(DIRECTORY) else {
        return assay_testing::skip(&format!("{DIRECTORY} names no checkout of test262"));
    };
    let (executed, worse) = failures(Path::new(&directory), SAMPLE);
    assert!(executed > 0, "no tests in {directory:?}");
    assert!(worse.is_empty(), "{}", worse.join("\n"));
}

#[test]
fn the_runner_tells_passed_from_failed() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/test262/own");
    let harness = Harness::read(&directory);
    let pool = pool();
    let paths = sample::paths(&directory, usize::MAX);
    assert!(paths.len() >= 8, "only {} tests", paths.len());
    for path in paths {
        let test = Test::read(&path);
        for &strict in test.modes() {
            let outcome = pool.execute(program(harness.compose(&test, strict)));
            let fails = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("fails"));
            let why = wrong(&test, &outcome);
            assert_eq!(why.is_some(), fails, "{path:?}, strict {strict}: {why:?}");
        }
    }
}
