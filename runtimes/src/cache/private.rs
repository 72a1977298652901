use std::fs::{self, DirBuilder, Metadata};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::Path;

use super::CacheError;

/// Creates the directory and those above it, for this user only, unless it is there.
pub(super) fn create(dir: &Path) -> Result<(), CacheError> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(CacheError::io("create", dir))
}

/// Checks that the directory is this user's and that nobody else can write to it.
pub(super) fn check(dir: &Path) -> Result<(), CacheError> {
    let meta = fs::metadata(dir).map_err(CacheError::io("look at", dir))?;
    let (owner, user) = (meta.uid(), rustix::process::geteuid().as_raw());
    let mode = meta.permissions().mode() & 0o777;
    let dir = dir.to_path_buf();
    if !meta.is_dir() {
        Err(CacheError::NotADirectory { dir })
    } else if owner != user {
        Err(CacheError::Owner { dir, owner, user })
    } else if mode & 0o022 != 0 {
        Err(CacheError::Writable { dir, mode })
    } else {
        Ok(())
    }
}

/// Whether what `meta` describes is this user's, and only this user can write to it.
pub(super) fn is_private(meta: &Metadata) -> bool {
    meta.uid() == rustix::process::geteuid().as_raw() && meta.permissions().mode() & 0o022 == 0
}
