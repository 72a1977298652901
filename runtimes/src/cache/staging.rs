use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::manifest::{FileRecord, Manifest};
use super::stamp::Stamp;
use super::{CacheError, Key, private};
use crate::{Progress, Stage, digest};

/// A directory in which an entry is being prepared. Removed when dropped.
#[derive(Debug)]
pub(super) struct Staging {
    path: PathBuf,
}

impl Staging {
    /// An empty directory at `path`, whatever an earlier process left there.
    pub(super) fn create(path: PathBuf) -> Result<Self, CacheError> {
        remove(&path)?;
        private::create(&path)?;
        Ok(Staging { path })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes what is in the directory the entry `to`, at once and for good: all of it is on the disk before its name is.
    pub(super) fn publish(self, key: &Key, to: &Path, progress: &dyn Progress) -> Result<(), CacheError> {
        progress.stage(Stage::new("seal", format!("writing {} to disk", key.runtime())));
        let mut seal = Seal { root: &self.path, files: Vec::new(), done: 0, progress };
        seal.folder(&self.path)?;
        let files = seal.files;
        Manifest::new(key.clone(), files).write(&self.path)?;
        sync(&self.path)?;
        fs::rename(&self.path, to).map_err(CacheError::io("rename to", to))?;
        sync(to.parent().unwrap_or(to))
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // Left behind it is swept by the next process that prepares a runtime. After publishing there is nothing.
        let _ = remove(&self.path);
    }
}

/// Removes the directory and what is in it, if it is there.
pub(super) fn remove(dir: &Path) -> Result<(), CacheError> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(CacheError::io("remove", dir)(error)),
        _ => Ok(()),
    }
}

/// Takes the digests of files that will not change any more.
struct Seal<'a> {
    root: &'a Path,
    files: Vec<FileRecord>,
    done: u64,
    progress: &'a dyn Progress,
}

impl Seal<'_> {
    fn folder(&mut self, dir: &Path) -> Result<(), CacheError> {
        let entries = fs::read_dir(dir).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        for entry in entries.map_err(CacheError::io("list", dir))? {
            let path = entry.path();
            let kind = entry.file_type().map_err(CacheError::io("look at", &path))?;
            if kind.is_dir() {
                self.folder(&path)?;
                sync(&path)?;
            } else if kind.is_file() {
                self.file(&path)?;
            } else {
                return Err(CacheError::NotAFile { path });
            }
        }
        fs::set_permissions(dir, Permissions::from_mode(0o700)).map_err(CacheError::io("protect", dir))
    }

    fn file(&mut self, path: &Path) -> Result<(), CacheError> {
        let name = path.strip_prefix(self.root).ok().and_then(Path::to_str);
        let name = name.ok_or_else(|| CacheError::NotAFile { path: path.to_path_buf() })?.to_owned();
        let (before, progress) = (self.done, self.progress);
        let seal = || {
            let mut file = File::open(path)?;
            file.set_permissions(Permissions::from_mode(0o400))?;
            let copied = digest::copy(&mut file, &mut io::sink(), |done| progress.advance(before + done))?;
            file.sync_all()?;
            Ok((copied, Stamp::of(&file.metadata()?)))
        };
        let (copied, stamp) = seal().map_err(CacheError::io("write", path))?;
        self.done += copied.bytes;
        self.files.push(FileRecord { name, size: copied.bytes, sha256: copied.sha256, stamp });
        Ok(())
    }
}

/// Waits until the directory's entries are on the disk.
fn sync(dir: &Path) -> Result<(), CacheError> {
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(CacheError::io("write", dir))
}
