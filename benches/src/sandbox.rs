use assay_runtimes::cache::Cache;
use assay_runtimes::fetch::Fetcher;
use assay_runtimes::{Executors, Runtime, Silent};

/// A sandbox with the Python runtime, as [`sandbox_of`] gives it.
#[must_use]
pub fn sandbox() -> Executors {
    sandbox_of("python")
}

/// A sandbox with the runtime called `name` on this thread: waking another one takes longer than many a program. Prepares
/// the runtime if that was not done before, which takes minutes.
///
/// # Panics
/// When the runtime cannot be had: there is nothing to measure then.
#[must_use]
pub fn sandbox_of(name: &str) -> Executors {
    let cache = Cache::open(None).unwrap_or_else(|error| panic!("{error}"));
    let runtime = Runtime::open(name, &cache, &Fetcher::from_env(), &Silent);
    let runtime = runtime.unwrap_or_else(|error| panic!("{error}"));
    Executors::new(vec![runtime], false)
}
