//! What the parent and a worker say first. Afterwards each program is answered with its outcome, in order.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::Confinement;
use crate::Runtime;
use crate::cache::Cache;

/// The parent's first message: what the worker is to load.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Hello {
    /// The cache directory.
    pub(super) cache: PathBuf,
    pub(super) runtimes: Vec<RuntimeRef>,
    pub(super) verify_resets: bool,
}

/// A prepared runtime.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct RuntimeRef {
    pub(super) name: String,
    pub(super) digest: String,
}

/// A worker's first message.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Greeting {
    /// It has loaded everything and confined itself.
    Ready(Confinement),
    /// It cannot work.
    Refused { why: String },
}

impl Hello {
    pub(super) fn new(runtimes: &[Runtime], cache: &Cache, verify_resets: bool) -> Self {
        let of =
            |runtime: &Runtime| RuntimeRef { name: runtime.name().to_owned(), digest: runtime.digest().to_owned() };
        Hello { cache: cache.root().to_path_buf(), runtimes: runtimes.iter().map(of).collect(), verify_resets }
    }
}
