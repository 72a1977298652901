//! Executes programs in the real engine, which is prepared in the user's own cache if it isn't there yet.

use std::num::NonZeroUsize;
use std::sync::OnceLock;

use assay_api::{Candidate, Entry, Exception, Limits, Outcome, Program, SourceFile, Status};
use assay_runtimes::cache::Cache;
use assay_runtimes::fetch::Fetcher;
use assay_runtimes::{MemoryBudget, Pool, PoolOptions, Runtime, Silent};

use crate::limits::reached_soon;

/// A pool that all tests of a process share, so that they run on instances that other programs have used.
pub(crate) fn pool() -> &'static Pool {
    static POOL: OnceLock<Pool> = OnceLock::new();
    POOL.get_or_init(|| new_pool(2))
}

/// A pool of its own.
pub(crate) fn new_pool(jobs: usize) -> Pool {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    let open = || {
        let cache = Cache::open(None).expect("the user's cache directory can be used");
        let opened = Runtime::open("javascript", &cache, &Fetcher::from_env(), &Silent);
        opened.unwrap_or_else(|error| panic!("these tests need the JavaScript runtime, which cannot be had: {error}"))
    };
    let runtime = RUNTIME.get_or_init(open).clone();
    let jobs = NonZeroUsize::new(jobs).expect("a pool has threads");
    let memory_budget = MemoryBudget::from_bytes(u64::MAX);
    Pool::new(&[runtime], PoolOptions { jobs, memory_budget, verify_resets: true }).expect("the system gives threads")
}

/// A program whose main file is the first of `files`, with limits that a hostile program reaches soon.
pub(crate) fn program(files: &[(&str, &str)]) -> Program {
    Program {
        runtime: "javascript".to_owned(),
        files: files.iter().map(|(path, text)| file(path, text)).collect(),
        entry: Entry::script(files.first().map_or("", |(path, _)| path)),
        stdin: String::new(),
        limits: Limits { fuel: 3_000_000_000, ..reached_soon() },
        seed: 7,
    }
}

/// `source` as the file `main.js`.
pub(crate) fn script(source: &str) -> Program {
    program(&[("main.js", source)])
}

/// `solution` as a program that `tests` judge.
pub(crate) fn graded(solution: (&str, &str), tests: (&str, &str)) -> Program {
    let entry = Entry::tests(solution.0, tests.0);
    Program { entry, ..program(&[solution, tests]) }
}

/// `candidate` as the main program of one instance, judged by `judge` in another.
pub(crate) fn judged(candidate: &str, judge: &str) -> Program {
    let limits = script("").limits;
    let files = vec![file("candidate.js", candidate)];
    let candidate =
        Candidate { files, path: "candidate.js".to_owned(), functions: false, stdin: String::new(), limits };
    let entry = Entry::Judged { judge: "judge.js".to_owned(), candidate: Box::new(candidate) };
    Program { entry, ..program(&[("judge.js", judge)]) }
}

fn file(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.to_owned(), text: text.to_owned() }
}

/// What executing `source` gives.
pub(crate) fn run(source: &str) -> Outcome {
    pool().execute(script(source))
}

/// What `source` prints; it must complete with 0.
pub(crate) fn printed(source: &str) -> String {
    printed_by(script(source))
}

/// What a program prints, which must complete with 0.
pub(crate) fn printed_by(program: Program) -> String {
    let outcome = pool().execute(program);
    assert_eq!(outcome.status, completed(0), "{}", outcome.stderr.text());
    outcome.stdout.text().into_owned()
}

/// The exception that ends a program.
pub(crate) fn exception(program: Program) -> Exception {
    match pool().execute(program).status {
        Status::Exception { exception } => exception,
        other => panic!("no exception but {other:?}"),
    }
}

/// The status of a program that exited with `exit_code`.
pub(crate) fn completed(exit_code: i32) -> Status {
    Status::Completed { exit_code }
}
