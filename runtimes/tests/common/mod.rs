//! Executes programs in the real interpreter, which is prepared in the user's own cache if it isn't there yet.

mod limits;

use std::num::NonZeroUsize;
use std::sync::OnceLock;

use assay_api::{Candidate, Entry, Exception, Outcome, Program, SourceFile, Status};
use assay_runtimes::cache::Cache;
use assay_runtimes::fetch::Fetcher;
use assay_runtimes::{MemoryBudget, Pool, PoolOptions, Progress, Runtime, Stage};

use limits::reached_soon;

/// The prepared Python runtime.
pub(crate) fn runtime() -> Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    let open = || {
        let cache = Cache::open(None).expect("the user's cache directory can be used");
        let opened = Runtime::open("python", &cache, &Fetcher::from_env(), &Stderr);
        opened.unwrap_or_else(|error| panic!("these tests need the Python runtime, which cannot be had: {error}"))
    };
    RUNTIME.get_or_init(open).clone()
}

/// A pool that all tests of a process share, so that they run on instances that other programs have used.
pub(crate) fn pool() -> &'static Pool {
    static POOL: OnceLock<Pool> = OnceLock::new();
    POOL.get_or_init(|| new_pool(2))
}

/// A pool of its own.
pub(crate) fn new_pool(jobs: usize) -> Pool {
    let jobs = NonZeroUsize::new(jobs).expect("a pool has threads");
    let memory_budget = MemoryBudget::from_bytes(u64::MAX);
    Pool::new(&[runtime()], PoolOptions { jobs, memory_budget, verify_resets: true }).expect("the system gives threads")
}

/// `source` as a program, with limits that a hostile program reaches soon.
pub(crate) fn script(source: &str) -> Program {
    Program {
        runtime: "python".to_owned(),
        files: vec![file("main.py", source)],
        entry: Entry::script("main.py"),
        stdin: String::new(),
        limits: reached_soon(),
        seed: 7,
    }
}

/// `solution` as a program that `tests` judge.
pub(crate) fn graded(solution: &str, tests: &str) -> Program {
    Program {
        files: vec![file("solution.py", solution), file("tests.py", tests)],
        entry: Entry::tests("solution.py", "tests.py"),
        ..script("")
    }
}

/// `candidate` as the main program of one instance, judged by `judge` in another.
pub(crate) fn judged(candidate: &str, judge: &str) -> Program {
    let limits = script("").limits;
    let files = vec![file("candidate.py", candidate)];
    let candidate =
        Candidate { files, path: "candidate.py".to_owned(), functions: false, stdin: String::new(), limits };
    Program {
        files: vec![file("judge.py", judge)],
        entry: Entry::Judged { judge: "judge.py".to_owned(), candidate: Box::new(candidate) },
        ..script("")
    }
}

/// A file of a program.
pub(crate) fn file(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.to_owned(), text: text.to_owned() }
}

/// What executing `source` gives.
pub(crate) fn run(source: &str) -> Outcome {
    pool().execute(script(source))
}

/// How executing `source` ends.
pub(crate) fn end(source: &str) -> Status {
    run(source).status
}

/// What `source` prints; it must complete with 0.
pub(crate) fn printed(source: &str) -> String {
    let outcome = run(source);
    assert_eq!(outcome.status, completed(0), "{}", outcome.stderr.text());
    outcome.stdout.text().into_owned()
}

/// The exception that ends `source`.
pub(crate) fn exception(source: &str) -> Exception {
    match run(source).status {
        Status::Exception { exception } => exception,
        other => panic!("no exception but {other:?}"),
    }
}

/// The status of a program that exited with `exit_code`.
pub(crate) fn completed(exit_code: i32) -> Status {
    Status::Completed { exit_code }
}

/// The status of a program that needs `what`.
pub(crate) fn unsupported(what: &str) -> Status {
    Status::Unsupported { what: what.to_owned() }
}

struct Stderr;

impl Progress for Stderr {
    fn stage(&self, stage: Stage) {
        eprintln!("{}", stage.what);
    }

    fn advance(&self, _: u64) {}

    fn note(&self, message: &str) {
        eprintln!("{message}");
    }

    fn done(&self) {}
}
