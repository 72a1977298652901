use std::num::NonZeroUsize;
use std::thread::available_parallelism;

use assay_runtimes::cache::Cache;
use assay_runtimes::fetch::Fetcher;
use assay_runtimes::{
    MemoryBudget, Pool, PoolOptions, Runtime, RuntimeError, Sandbox as Executes, WorkerCommand, Workers, WorkersOptions,
};
use clap::Args;
use tempfile::TempDir;

use crate::batch::Batch;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::outcomes::{DEFAULT_BYTES, FILE_NAME, OutcomeCache};
use crate::progress::PrepareProgress;
use crate::report::printable;

/// How large the outcomes of one command may be together, in bytes.
const OWN_BYTES: u64 = 64 << 30;

/// The subcommand that serves as a worker process.
pub(super) const WORKER: &str = "worker";

/// Set to check after every program that its memory was reset completely; slow.
const VERIFY_RESETS: &str = "ASSAY_VERIFY_RESETS";

/// Set to execute programs on threads of this process, for debugging; a bug of the engine's may then end it.
const IN_PROCESS: &str = "ASSAY_IN_PROCESS";

/// Options of commands that execute many programs.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct SandboxOptions {
    /// How many programs are executed at once [default: one a core]
    #[arg(short, long, value_name = "J")]
    pub(super) jobs: Option<NonZeroUsize>,
    /// How much memory programs may take together, by their limits; fewer run at once where that is little
    /// [default: 80 % of what is free]
    #[arg(long, value_name = "BYTES", value_parser = clap::value_parser!(u64).range(1..))]
    memory_budget: Option<u64>,
}

/// The sandbox with the runtimes that a command needs.
pub(super) struct Sandbox {
    pub(super) runtimes: Vec<Runtime>,
    pub(super) executes: Executes,
    pub(super) jobs: NonZeroUsize,
}

/// The cache of prepared runtimes.
pub(super) fn cache() -> Result<Cache, Failure> {
    Ok(Cache::open(None).map_err(RuntimeError::from)?)
}

/// The outcomes that are known from before.
pub(super) fn outcome_cache() -> Result<OutcomeCache, Failure> {
    Ok(OutcomeCache::open(&cache()?.root().join(FILE_NAME), DEFAULT_BYTES))
}

/// A place for outcomes that belong to this command alone. They are forgotten with the folder that they are in.
pub(super) fn own_outcomes() -> Result<(TempDir, OutcomeCache), Failure> {
    let folder = tempfile::tempdir().map_err(|error| Failure::file("writing to", &std::env::temp_dir(), &error))?;
    let outcomes = OutcomeCache::open(&folder.path().join(FILE_NAME), OWN_BYTES);
    Ok((folder, outcomes))
}

/// Closes the cache of outcomes and says so if it could not be used.
pub(super) fn close_outcomes(outcomes: Option<OutcomeCache>) {
    if let Some(note) = outcomes.and_then(OutcomeCache::close) {
        eprintln!("note: {}", printable(&note));
    }
}

/// The runtime called `name`, prepared now if it was not before.
pub(super) fn runtime(name: &str) -> Result<Runtime, Failure> {
    let cache = cache()?;
    if let Some(runtime) = Runtime::prepared(name, &cache)? {
        return Ok(runtime);
    }
    eprintln!("preparing the {name} runtime; this happens once");
    Ok(Runtime::open(name, &cache, &Fetcher::from_env(), &PrepareProgress::new())?)
}

impl SandboxOptions {
    /// For a command that executes one program.
    pub(super) fn one() -> Self {
        SandboxOptions { jobs: Some(NonZeroUsize::MIN), memory_budget: None }
    }
}

impl Sandbox {
    /// Executes programs in this sandbox, but for those with known `outcomes`.
    pub(super) fn batch<'a>(&'a self, outcomes: Option<&'a OutcomeCache>) -> Batch<'a> {
        Batch { sandbox: &self.executes, runtimes: &self.runtimes, jobs: self.jobs.get(), outcomes }
    }

    /// A sandbox with the runtimes `names`. Says on stderr what it is where `verbose`.
    pub(super) fn open<'a>(
        names: impl IntoIterator<Item = &'a str>,
        options: &SandboxOptions,
        verbose: u8,
    ) -> Result<Self, Failure> {
        let runtimes = names.into_iter().map(runtime).collect::<Result<Vec<_>, _>>()?;
        let jobs = options.jobs.or_else(|| available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN);
        let memory_budget = options.memory_budget.map_or_else(MemoryBudget::of_machine, MemoryBudget::from_bytes);
        if verbose > 0 {
            let bytes = memory_budget.bytes();
            for runtime in &runtimes {
                eprintln!("runtime {} {}, {jobs} at once in {bytes} bytes", runtime.name(), runtime.digest());
            }
        }
        let pool = PoolOptions { jobs, memory_budget, verify_resets: is_set(VERIFY_RESETS) };
        let executes = if is_set(IN_PROCESS) {
            let pool = Pool::new(&runtimes, pool);
            Executes::InProcess(pool.map_err(|error| failure(&format!("no threads for the sandbox: {error}")))?)
        } else {
            Executes::Workers(workers(&runtimes, pool)?)
        };
        Ok(Sandbox { runtimes, executes, jobs })
    }
}

fn workers(runtimes: &[Runtime], pool: PoolOptions) -> Result<Workers, Failure> {
    let command = WorkerCommand::this_program([WORKER])
        .map_err(|error| failure(&format!("which program is to serve as worker: {error}")))?;
    let options = WorkersOptions {
        jobs: pool.jobs,
        memory_budget: pool.memory_budget,
        verify_resets: pool.verify_resets,
        notice: |text| eprintln!("note: {text}"),
        ..WorkersOptions::new(command)
    };
    Workers::new(runtimes, &cache()?, options).map_err(|error| failure(&error.to_string()))
}

fn failure(message: &str) -> Failure {
    Failure::new(Exit::Runtime, message)
}

fn is_set(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| !value.is_empty())
}
