use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::manifest::{FileRecord, Manifest};
use super::private::is_private;
use super::stamp::Stamp;
use super::{CacheError, Key};
use crate::digest;

/// A prepared runtime in the cache, whose files are those that were written when it was prepared.
#[derive(Debug, Clone)]
pub struct Prepared {
    dir: PathBuf,
    manifest: Arc<Manifest>,
}

/// What checking found.
pub(super) enum Check {
    /// All stamps are as recorded.
    Same(Prepared),
    /// All contents are as recorded, but not all stamps: copied, restored, touched. The answer has the new ones.
    Moved(Prepared),
    /// Not to be loaded, and why.
    Damaged { name: String, why: &'static str },
}

impl Prepared {
    /// Checks the entry in `dir` against its manifest: each file by its stamp, and by its digest where that differs.
    pub(super) fn check(dir: &Path, mut manifest: Manifest) -> Result<Check, CacheError> {
        let mut moved = false;
        for file in &mut manifest.files {
            let path = dir.join(&file.name);
            let damaged = |why| Ok(Check::Damaged { name: file.name.clone(), why });
            let meta = match fs::symlink_metadata(&path) {
                Ok(meta) => meta,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return damaged("is gone"),
                Err(error) => return Err(CacheError::io("look at", &path)(error)),
            };
            if !meta.is_file() || !is_private(&meta) {
                return damaged("is not a private file");
            }
            let stamp = Stamp::of(&meta);
            if meta.len() == file.size && stamp == file.stamp {
                continue;
            }
            if meta.len() != file.size || sha256(&path)? != file.sha256 {
                return damaged("changed since it was written");
            }
            file.stamp = stamp;
            moved = true;
        }
        let prepared = Prepared { dir: dir.to_path_buf(), manifest: Arc::new(manifest) };
        Ok(if moved { Check::Moved(prepared) } else { Check::Same(prepared) })
    }

    /// Records the stamps that checking found, unless the entry has been replaced since. Only under its lock.
    pub(super) fn record(&self) -> Result<(), CacheError> {
        match Manifest::read(&self.dir) {
            Ok(there) if there.has_contents_of(&self.manifest) => self.manifest.write(&self.dir),
            _ => Ok(()),
        }
    }

    /// Opens the file `name` for reading, if it is still the one that was checked.
    ///
    /// Open files at once: later another process may remove an entry that it has no use for. A file that is open stays
    /// readable.
    ///
    /// # Errors
    /// [`CacheError::Changed`] when the file is not what was checked, [`CacheError::Io`] when there is none.
    pub fn open(&self, name: &str) -> Result<File, CacheError> {
        let path = self.dir.join(name);
        let open = |path: &Path| {
            let record = self.record_of(name).ok_or(io::ErrorKind::NotFound)?;
            let flags = rustix::fs::OFlags::NOFOLLOW.bits().cast_signed();
            let file = OpenOptions::new().read(true).custom_flags(flags).open(path)?;
            let same = Stamp::of(&file.metadata()?) == record.stamp;
            Ok((file, same))
        };
        match open(&path) {
            Ok((file, true)) => Ok(file),
            Ok((_, false)) => Err(CacheError::Changed { path }),
            Err(error) => Err(CacheError::io("open", &path)(error)),
        }
    }

    /// Checks again that the files are those that were written when the runtime was prepared.
    ///
    /// # Errors
    /// [`CacheError::Changed`] when one is not.
    pub fn verify(&self) -> Result<(), CacheError> {
        match Self::check(&self.dir, self.manifest.as_ref().clone())? {
            Check::Same(_) | Check::Moved(_) => Ok(()),
            Check::Damaged { name, .. } => Err(CacheError::Changed { path: self.dir.join(name) }),
        }
    }

    /// Where the file `name` is; `None` when the runtime has none of that name.
    #[must_use]
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        self.record_of(name).map(|file| self.dir.join(&file.name))
    }

    /// The names of its files, with `/` between folders.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.manifest.files.iter().map(|file| file.name.as_str())
    }

    /// What was prepared.
    pub(super) fn key(&self) -> &Key {
        &self.manifest.key
    }

    pub(super) fn records(&self) -> &[FileRecord] {
        &self.manifest.files
    }

    /// The size of its files together, in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.manifest.bytes()
    }

    /// The directory it lies in.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    fn record_of(&self, name: &str) -> Option<&FileRecord> {
        self.manifest.files.iter().find(|file| file.name == name)
    }
}

fn sha256(path: &Path) -> Result<String, CacheError> {
    let hash = || digest::copy(&mut File::open(path)?, &mut io::sink(), |_| {});
    Ok(hash().map_err(CacheError::io("read", path))?.sha256)
}
