use std::num::NonZeroUsize;
use std::sync::mpsc::channel;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use assay_api::{Candidate, Entry, Limits, Outcome, Program, SourceFile};
use assay_runtimes::cache::Cache;
use assay_runtimes::fetch::Fetcher;
use assay_runtimes::{
    MemoryBudget, Pool, PoolOptions, Runtime, Sandbox, Silent, WorkerCommand, Workers, WorkersOptions,
};

/// The binary that serves as worker.
pub(crate) const ASSAY: &str = env!("CARGO_BIN_EXE_assay");

/// The Python runtime, prepared if it was not.
pub(crate) fn python() -> (Runtime, Cache) {
    static PYTHON: OnceLock<(Runtime, Cache)> = OnceLock::new();
    let open = || {
        let cache = Cache::open(None).unwrap();
        (Runtime::open("python", &cache, &Fetcher::from_env(), &Silent).unwrap(), cache)
    };
    PYTHON.get_or_init(open).clone()
}

/// Held by a test that has workers of this process: they are told apart from others by being its only children.
pub(crate) fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Workers as the command line starts them.
pub(crate) fn workers(jobs: usize) -> Workers {
    workers_within(jobs, MemoryBudget::from_bytes(u64::MAX))
}

/// Workers whose programs take no more than `memory_budget`.
pub(crate) fn workers_within(jobs: usize, memory_budget: MemoryBudget) -> Workers {
    let (runtime, cache) = python();
    let options = WorkersOptions {
        jobs: NonZeroUsize::new(jobs).unwrap(),
        memory_budget,
        notice: |text| panic!("{text}"),
        ..WorkersOptions::new(WorkerCommand::new(ASSAY, ["worker"]).unwrap())
    };
    Workers::new(&[runtime], &cache, options).unwrap()
}

/// The outcomes of all programs, submitted at once, in their order.
pub(crate) fn execute_all(sandbox: &Sandbox, programs: &[Program]) -> Vec<Outcome> {
    let (sender, receiver) = channel();
    for (index, program) in programs.iter().enumerate() {
        let sender = sender.clone();
        sandbox.submit(program.clone(), move |outcome| sender.send((index, outcome)).unwrap());
    }
    drop(sender);
    let mut outcomes: Vec<(usize, Outcome)> = receiver.iter().collect();
    outcomes.sort_by_key(|(index, _)| *index);
    assert_eq!(outcomes.len(), programs.len(), "every program is answered once");
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

/// Threads of this process.
pub(crate) fn pool(jobs: usize) -> Sandbox {
    let jobs = NonZeroUsize::new(jobs).unwrap();
    let options = PoolOptions { jobs, memory_budget: MemoryBudget::from_bytes(u64::MAX), verify_resets: true };
    Sandbox::InProcess(Pool::new(&[python().0], options).unwrap())
}

/// A program that may do a moderate amount of anything.
pub(crate) fn script(source: &str) -> Program {
    let file = SourceFile { path: "main.py".to_owned(), text: source.to_owned() };
    Program {
        runtime: "python".to_owned(),
        files: vec![file],
        entry: Entry::script("main.py"),
        stdin: String::new(),
        limits: Limits {
            fuel: 200_000_000,
            memory_bytes: 128 << 20,
            capture_bytes: 10_000,
            output_bytes: 100_000,
            file_bytes: 1 << 20,
            ..Limits::default()
        },
        seed: 1,
    }
}

/// A candidate and its judge, in an instance each.
pub(crate) fn judged(candidate: &str, judge: &str) -> Program {
    let program = script(judge);
    let path = "main.py".to_owned();
    let candidate = Candidate {
        files: script(candidate).files,
        path: path.clone(),
        functions: false,
        stdin: String::new(),
        limits: program.limits.clone(),
    };
    Program { entry: Entry::Judged { judge: path, candidate: Box::new(candidate) }, ..program }
}

/// A solution and its tests.
pub(crate) fn tested(solution: &str, tests: &str) -> Program {
    let file = |path: &str, text: &str| SourceFile { path: path.to_owned(), text: text.to_owned() };
    Program {
        files: vec![file("solution.py", solution), file("tests.py", tests)],
        entry: Entry::tests("solution.py", "tests.py"),
        ..script("")
    }
}

/// A program that computes for minutes unless it is stopped.
pub(crate) fn endless() -> Program {
    let mut program = script("while True: pass");
    program.limits.fuel = 1_000_000_000_000;
    program
}
