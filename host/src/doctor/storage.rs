use assay_runtimes::cache::Cache;
use serde::Serialize;

use crate::outcomes::{FILE_NAME, inspect};

/// The cache directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CacheState {
    /// Where it is.
    pub dir: String,
    /// What prepared runtimes take, those of other versions included, in bytes.
    pub runtimes_bytes: u64,
    /// How much can still be written there, in bytes; null where the system does not tell.
    pub free_bytes: Option<u64>,
    /// The known outcomes; null where none are kept yet.
    pub outcomes: Option<OutcomesState>,
}

/// The cache of outcomes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutcomesState {
    /// How many outcomes it has; null where it is not sound.
    pub count: Option<u64>,
    /// The file's size, in bytes.
    pub bytes: u64,
    /// Why it will be replaced, where it is not sound; costs executions, nothing else.
    pub fault: Option<String>,
}

impl CacheState {
    pub(super) fn examine(cache: &Cache) -> Self {
        let path = cache.root().join(FILE_NAME);
        let outcomes = path.metadata().ok().map(|meta| {
            let (count, fault) = match inspect(&path) {
                Ok(count) => (Some(count), None),
                Err(why) => (None, Some(why)),
            };
            OutcomesState { count, bytes: meta.len(), fault }
        });
        CacheState {
            dir: cache.root().display().to_string(),
            runtimes_bytes: cache.list().map_or(0, |listed| listed.iter().map(|entry| entry.bytes).sum()),
            free_bytes: rustix::fs::statvfs(cache.root()).ok().map(|stat| stat.f_bavail.saturating_mul(stat.f_frsize)),
            outcomes,
        }
    }
}
