use std::num::NonZeroUsize;

use assay_runtimes::cache::Cache;
use assay_runtimes::fetch::Fetcher;
use assay_runtimes::{MemoryBudget, Pool, PoolOptions, Runtime, Silent};

/// A sandbox with the Python runtime that executes `jobs` programs at once. Prepares the runtime if that was not done
/// before, which takes minutes.
///
/// # Panics
/// When the runtime cannot be had: there is nothing to measure then.
#[must_use]
pub fn sandbox(jobs: NonZeroUsize) -> Pool {
    let cache = Cache::open(None).unwrap_or_else(|error| panic!("{error}"));
    let runtime = Runtime::open("python", &cache, &Fetcher::from_env(), &Silent);
    let runtime = runtime.unwrap_or_else(|error| panic!("{error}"));
    let options = PoolOptions { jobs, memory_budget: MemoryBudget::of_machine(), verify_resets: false };
    Pool::new(&[runtime], options).unwrap_or_else(|error| panic!("{error}"))
}
