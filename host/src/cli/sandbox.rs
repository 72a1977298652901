use std::num::NonZeroUsize;
use std::thread::available_parallelism;

use assay_runtimes::cache::Cache;
use assay_runtimes::fetch::Fetcher;
use assay_runtimes::{Pool, PoolOptions, Runtime, RuntimeError};

use crate::batch::Batch;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::outcomes::{DEFAULT_BYTES, FILE_NAME, OutcomeCache};
use crate::progress::PrepareProgress;
use crate::report::printable;

/// Set to check after every program that its memory was reset completely; slow.
const VERIFY_RESETS: &str = "ASSAY_VERIFY_RESETS";

/// The sandbox with the runtimes that a command needs.
pub(super) struct Sandbox {
    pub(super) runtimes: Vec<Runtime>,
    pub(super) pool: Pool,
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

impl Sandbox {
    /// Executes programs in this sandbox, but for those with known `outcomes`.
    pub(super) fn batch<'a>(&'a self, outcomes: Option<&'a OutcomeCache>) -> Batch<'a> {
        Batch { pool: &self.pool, runtimes: &self.runtimes, jobs: self.jobs.get(), outcomes }
    }

    /// A sandbox with the runtimes `names` that executes `jobs` programs at once, by default one a core. Says so on
    /// stderr where `verbose`.
    pub(super) fn open<'a>(
        names: impl IntoIterator<Item = &'a str>,
        jobs: Option<NonZeroUsize>,
        verbose: bool,
    ) -> Result<Self, Failure> {
        let runtimes = names.into_iter().map(runtime).collect::<Result<Vec<_>, _>>()?;
        let jobs = jobs.or_else(|| available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN);
        if verbose {
            for runtime in &runtimes {
                eprintln!("runtime {} {}, {jobs} at once", runtime.name(), runtime.digest());
            }
        }
        let verify_resets = std::env::var_os(VERIFY_RESETS).is_some_and(|value| !value.is_empty());
        let pool = Pool::new(&runtimes, PoolOptions { jobs, verify_resets })
            .map_err(|error| Failure::new(Exit::Runtime, format!("no threads for the sandbox: {error}")))?;
        Ok(Sandbox { runtimes, pool, jobs })
    }
}
