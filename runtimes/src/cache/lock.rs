use std::fs::{self, File, OpenOptions, TryLockError};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::CacheError;

/// How often a lock held by another process is tried again. The system's own wait could not be interrupted.
const TICK: Duration = Duration::from_millis(50);

/// The right to change an entry. Ends when dropped, and with the process however that ends.
#[derive(Debug)]
pub(super) struct Lock {
    path: PathBuf,
    _file: File,
}

impl Lock {
    /// Takes the lock if nobody has it.
    pub(super) fn try_take(path: &Path) -> Result<Option<Self>, CacheError> {
        loop {
            let file = OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(false)
                .mode(0o600)
                .open(path)
                .map_err(CacheError::io("open", path))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(error)) => return Err(CacheError::io("lock", path)(error)),
            }
            // Whoever had it before may have removed the file: then what is locked here is not what others will lock.
            if is_at(&file, path)? {
                return Ok(Some(Lock { path: path.to_path_buf(), _file: file }));
            }
        }
    }

    /// Waits for the lock until `tick`, called all the while, gives false.
    pub(super) fn wait(path: &Path, mut tick: impl FnMut() -> bool) -> Result<Self, CacheError> {
        loop {
            if let Some(lock) = Self::try_take(path)? {
                return Ok(lock);
            }
            if !tick() {
                return Err(CacheError::Interrupted);
            }
            thread::sleep(TICK);
        }
    }

    /// Gives the lock back and removes its file.
    pub(super) fn remove(self) -> Result<(), CacheError> {
        fs::remove_file(&self.path).map_err(CacheError::io("remove", &self.path))
    }
}

fn is_at(file: &File, path: &Path) -> Result<bool, CacheError> {
    let ours = file.metadata().map_err(CacheError::io("look at", path))?;
    match fs::symlink_metadata(path) {
        Ok(there) => Ok((there.dev(), there.ino()) == (ours.dev(), ours.ino())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(CacheError::io("look at", path)(error)),
    }
}
