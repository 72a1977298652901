use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

use super::entry::discard;
use super::key::is_entry_name;
use super::lock::Lock;
use super::manifest::Manifest;
use super::{CacheError, Entry, Key, private, staging};

/// The environment variable that names the cache directory.
pub const CACHE_DIR: &str = "ASSAY_CACHE_DIR";

/// The directory of prepared runtimes.
#[derive(Debug, Clone)]
pub struct Cache {
    dir: PathBuf,
}

/// An entry as [`Cache::list`] shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// What was prepared.
    pub key: Key,
    /// Where it is.
    pub dir: PathBuf,
    /// The size of its files, in bytes.
    pub bytes: u64,
}

/// The paths that belong to one entry.
#[derive(Debug, Clone)]
pub(super) struct Names {
    pub(super) entry: PathBuf,
    pub(super) staging: PathBuf,
    pub(super) lock: PathBuf,
}

impl Cache {
    /// The runtimes in the cache directory `dir`, which is created with mode 0700 if it isn't there.
    ///
    /// Without `dir` it is what `ASSAY_CACHE_DIR` says, else `assay` in the platform's place for caches:
    /// `$XDG_CACHE_HOME` or `~/.cache`; on macOS `~/Library/Caches`.
    ///
    /// # Errors
    /// When the directory can't be created, isn't this user's, or can be written to by others.
    pub fn open(dir: Option<PathBuf>) -> Result<Self, CacheError> {
        let root = match dir {
            Some(dir) => dir,
            None => default_dir(std::env::var_os(CACHE_DIR))?,
        };
        let root = std::path::absolute(&root).map_err(CacheError::io("resolve", &root))?;
        let dir = root.join("runtimes");
        private::create(&dir)?;
        private::check(&root)?;
        private::check(&dir)?;
        Ok(Cache { dir })
    }

    /// What the same cache directory keeps of another kind, in a directory called `name` beside the runtimes.
    ///
    /// # Errors
    /// Those of [`open`](Self::open).
    pub fn part(&self, name: &str) -> Result<Self, CacheError> {
        let dir = self.root().join(name);
        private::create(&dir)?;
        private::check(&dir)?;
        Ok(Cache { dir })
    }

    /// The cache directory: what [`open`](Self::open) takes.
    #[must_use]
    pub fn root(&self) -> &Path {
        self.dir.parent().unwrap_or(&self.dir)
    }

    /// Where the entries are.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The place for what `key` describes.
    #[must_use]
    pub fn entry(&self, key: Key) -> Entry<'_> {
        let names = self.names(&key.directory());
        Entry { cache: self, key, names }
    }

    /// What is in the cache, by name. Entries that can't be used are left out.
    ///
    /// # Errors
    /// When the directory can't be read.
    pub fn list(&self) -> Result<Vec<Listed>, CacheError> {
        let entries = self.file_names()?.into_iter().filter(|name| is_entry_name(name)).map(|name| self.dir.join(name));
        let listed = entries.filter_map(|dir| {
            let manifest = Manifest::read(&dir).ok()?;
            Some(Listed { bytes: manifest.bytes(), key: manifest.key, dir })
        });
        Ok(listed.collect())
    }

    /// Removes every entry but those of `keep` and those being prepared right now; the answer is what was removed, as
    /// far as it could still be told what it was.
    ///
    /// Processes that run a removed runtime are not disturbed.
    ///
    /// # Errors
    /// When the directory can't be read or an entry can't be removed.
    pub fn remove_unused(&self, keep: &[Key]) -> Result<Vec<Listed>, CacheError> {
        self.sweep()?;
        let keep: Vec<_> = keep.iter().map(Key::directory).collect();
        let mut removed = self.list()?;
        // A lock without an entry is what a failed preparation leaves.
        let names = self.file_names()?.into_iter().map(|name| name.trim_end_matches(".lock").to_owned());
        let names: BTreeSet<_> = names.filter(|name| is_entry_name(name)).collect();
        for name in names {
            let names = self.names(&name);
            let lock = if keep.contains(&name) { None } else { Lock::try_take(&names.lock)? };
            if let Some(lock) = lock {
                discard(&names.entry)?;
                lock.remove()?;
            } else {
                removed.retain(|listed| listed.dir != names.entry);
            }
        }
        Ok(removed)
    }

    /// Removes what processes that were killed left behind.
    pub(super) fn sweep(&self) -> Result<(), CacheError> {
        for file_name in self.file_names()? {
            let Some(name) = file_name.strip_suffix(".staging").filter(|name| is_entry_name(name)) else { continue };
            let names = self.names(name);
            // Held by a process that is at work there, or by ourselves.
            if let Some(_lock) = Lock::try_take(&names.lock)? {
                staging::remove(&names.staging)?;
            }
        }
        Ok(())
    }

    fn names(&self, name: &str) -> Names {
        Names {
            entry: self.dir.join(name),
            staging: self.dir.join(format!("{name}.staging")),
            lock: self.dir.join(format!("{name}.lock")),
        }
    }

    /// Sorted; names that aren't text aren't ours.
    fn file_names(&self) -> Result<Vec<String>, CacheError> {
        let entries = fs::read_dir(&self.dir).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let entries = entries.map_err(CacheError::io("list", &self.dir))?;
        let mut names: Vec<_> = entries.into_iter().filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort();
        Ok(names)
    }
}

fn default_dir(variable: Option<OsString>) -> Result<PathBuf, CacheError> {
    if let Some(dir) = variable.filter(|dir| !dir.is_empty()) {
        return Ok(dir.into());
    }
    let places = etcetera::base_strategy::choose_native_strategy().map_err(|_| CacheError::NoHome)?;
    Ok(places.cache_dir().join("assay"))
}
