use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::directory::CACHE_DIR;

/// What can go wrong with the cache itself.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CacheError {
    /// There is no home directory to keep a cache in.
    #[error("no home directory to keep prepared runtimes in: set {CACHE_DIR} to a directory of yours")]
    NoHome,
    /// The directory belongs to somebody else.
    #[error(
        "{dir} belongs to user {owner}, not to you (user {user}), and prepared runtimes are native code: \
         set {CACHE_DIR} to a directory of yours"
    )]
    Owner {
        /// The directory.
        dir: PathBuf,
        /// Whose it is, by number.
        owner: u32,
        /// Who we run as, by number.
        user: u32,
    },
    /// Others can write to the directory.
    #[error(
        "others can write to {dir} (mode {mode:03o}), and prepared runtimes are native code: \
         take that right away (chmod go-w), or set {CACHE_DIR} to a private directory"
    )]
    Writable {
        /// The directory.
        dir: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Something else is where a directory should be.
    #[error("{dir} is not a directory: remove it, or set {CACHE_DIR} to another place")]
    NotADirectory {
        /// The path.
        dir: PathBuf,
    },
    /// The disk is full, or the user's share of it.
    #[error(
        "not enough space in {dir}: needs about {} MB, {} MB free; free some, or set {CACHE_DIR} to a directory elsewhere",
        megabytes(*.needs), .free / 1_000_000
    )]
    DiskFull {
        /// The directory.
        dir: PathBuf,
        /// About how many bytes are needed.
        needs: u64,
        /// How many bytes were free, before or after what was written had been removed.
        free: u64,
    },
    /// A file of a prepared runtime is not what was written. It has not been loaded.
    #[error("{path} changed since it was prepared; it was not loaded. Run the command again to prepare it anew")]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// Something other than a file or a folder is among what is to be kept.
    #[error("{path} is neither a file nor a folder")]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// The file system refused.
    #[error("{action} {path}: {source}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// With what.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The user asked to stop.
    #[error("interrupted")]
    Interrupted,
}

impl CacheError {
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| CacheError::Io { action, path, source }
    }
}

/// Why a runtime was not prepared. The cache is as it was before.
#[derive(Debug, Error)]
pub enum PrepareError<E: Error + 'static> {
    /// The cache's fault, a full disk included.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// The work failed.
    #[error(transparent)]
    Work(E),
}

/// Rounded up, so that what is needed is never said to be there.
fn megabytes(bytes: u64) -> u64 {
    bytes.div_ceil(1_000_000)
}
