use std::error::Error;
use std::fs;
use std::io;
use std::path::Path;

use super::directory::{Cache, Names};
use super::lock::Lock;
use super::manifest::Manifest;
use super::prepared::Check;
use super::private::is_private;
use super::staging::{self, Staging};
use super::{CacheError, Key, PrepareError, Prepared};
use crate::{Progress, Stage, disk};

/// One key's place in the cache, filled or not.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    pub(super) cache: &'a Cache,
    pub(super) key: Key,
    pub(super) names: Names,
}

/// What is in the place.
enum State {
    Absent,
    Damaged(String),
    Sound { prepared: Prepared, moved: bool },
}

impl Entry<'_> {
    /// Where the runtime is once it is prepared.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.names.entry
    }

    /// What the place is for.
    pub(super) fn key(&self) -> &Key {
        &self.key
    }

    /// The prepared runtime; `None` when there is none, or when it isn't what was written any more. Then
    /// [`prepare`](Self::prepare) says so and replaces it.
    ///
    /// Takes microseconds, unless the files were moved, copied or touched: then their contents are checked, once.
    ///
    /// # Errors
    /// What the file system says.
    pub fn get(&self) -> Result<Option<Prepared>, CacheError> {
        let State::Sound { prepared, moved } = self.state()? else { return Ok(None) };
        if moved && let Ok(Some(_lock)) = Lock::try_take(&self.names.lock) {
            // A cache that can't be written to is still good to read: the contents are checked again next time.
            let _ = prepared.record();
        }
        Ok(Some(prepared))
    }

    /// The prepared runtime, prepared by `work` if there is none.
    ///
    /// `work` fills an empty directory; nobody sees it before `work` is done and all is on the disk. Only one process
    /// prepares at a time: the others wait, and then find it done. `needs` is about how many bytes `work` writes at most.
    ///
    /// # Errors
    /// The cache's, with a full disk told as such wherever in `work` it was met, or what `work` failed with. What was
    /// written is removed.
    pub fn prepare<E: Error + 'static>(
        &self,
        needs: u64,
        progress: &dyn Progress,
        work: impl FnOnce(&Path) -> Result<(), E>,
    ) -> Result<Prepared, PrepareError<E>> {
        let _lock = self.lock(progress).map_err(|error| self.or_full(needs, error))?;
        match self.state()? {
            State::Sound { prepared, .. } => return Ok(prepared),
            State::Damaged(why) => {
                progress.note(&format!("discarding the prepared {} runtime: {why}", self.key.runtime()));
                discard(&self.names.entry)?;
            }
            State::Absent => {}
        }
        self.cache.sweep()?;
        self.check_space(needs)?;
        let staging = Staging::create(self.names.staging.clone()).map_err(|error| self.or_full(needs, error))?;
        if let Err(error) = work(staging.path()) {
            drop(staging);
            let full = disk::caused_by_full_disk(&error);
            return Err(if full { self.full(needs).into() } else { PrepareError::Work(error) });
        }
        staging.publish(&self.key, &self.names.entry, progress).map_err(|error| self.or_full(needs, error))?;
        match self.state()? {
            State::Sound { prepared, .. } => Ok(prepared),
            State::Absent | State::Damaged(_) => Err(CacheError::Changed { path: self.names.entry.clone() }.into()),
        }
    }

    fn lock(&self, progress: &dyn Progress) -> Result<Lock, CacheError> {
        if let Some(lock) = Lock::try_take(&self.names.lock)? {
            return Ok(lock);
        }
        let what = format!("another assay is preparing {}; waiting", self.key.runtime());
        progress.stage(Stage::new("wait", what));
        Lock::wait(&self.names.lock, || !progress.interrupted())
    }

    fn state(&self) -> Result<State, CacheError> {
        let dir = &self.names.entry;
        let meta = match fs::symlink_metadata(dir) {
            Ok(meta) => meta,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(State::Absent),
            Err(error) => return Err(CacheError::io("look at", dir)(error)),
        };
        if !meta.is_dir() || !is_private(&meta) {
            return Ok(State::Damaged("others can write to it".to_owned()));
        }
        let manifest = match Manifest::read(dir) {
            Ok(manifest) => manifest,
            Err(why) => return Ok(State::Damaged(why.to_owned())),
        };
        if manifest.key != self.key {
            return Ok(State::Damaged("it was prepared for something else".to_owned()));
        }
        Ok(match Prepared::check(dir, manifest)? {
            Check::Same(prepared) => State::Sound { prepared, moved: false },
            Check::Moved(prepared) => State::Sound { prepared, moved: true },
            Check::Damaged { name, why } => State::Damaged(format!("its `{name}` {why}")),
        })
    }

    fn check_space(&self, needs: u64) -> Result<(), CacheError> {
        if self.free()? < needs { Err(self.full(needs)) } else { Ok(()) }
    }

    fn free(&self) -> Result<u64, CacheError> {
        disk::available(self.cache.dir()).map_err(CacheError::io("look at the space in", self.cache.dir()))
    }

    fn full(&self, needs: u64) -> CacheError {
        let dir = self.cache.dir().to_path_buf();
        CacheError::DiskFull { dir, needs, free: self.free().unwrap_or(0) }
    }

    fn or_full(&self, needs: u64, error: CacheError) -> CacheError {
        if disk::caused_by_full_disk(&error) { self.full(needs) } else { error }
    }
}

/// Removes an entry, which takes its lock: its manifest first, so that what is left if we are killed is not taken for whole.
pub(super) fn discard(dir: &Path) -> Result<(), CacheError> {
    if fs::symlink_metadata(dir).is_ok_and(|meta| !meta.is_dir()) {
        return fs::remove_file(dir).map_err(CacheError::io("remove", dir));
    }
    let manifest = dir.join(super::manifest::MANIFEST);
    match fs::remove_file(&manifest) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(CacheError::io("remove", &manifest)(error));
        }
        _ => {}
    }
    staging::remove(dir)
}
