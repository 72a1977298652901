//! The private cache of prepared runtimes.
//!
//! Loading a compiled module is loading native code, so that an entry is only ever loaded from a directory that belongs
//! to this user, that nobody else can write to, and whose files are those that were written when it was prepared.
//!
//! On disk: `runtimes/` in the cache directory, with for each entry `NAME/` (its files and `entry.json`), `NAME.staging/`
//! while it is being prepared, and `NAME.lock`, where `NAME` is the runtime's name and 16 hexadecimal digits of its key.

mod archive;
mod directory;
mod entry;
mod error;
mod key;
mod lock;
mod manifest;
mod prepared;
mod private;
mod staging;
mod stamp;
#[cfg(test)]
mod tests;

pub use archive::{Archive, ArchiveError};
pub use directory::{CACHE_DIR, Cache, Listed};
pub use entry::Entry;
pub use error::{CacheError, PrepareError};
pub use key::Key;
pub use prepared::Prepared;
