use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Component, Path};

use serde::{Deserialize, Serialize};

use super::stamp::Stamp;
use super::{CacheError, Key};

/// The manifest's name in an entry.
pub(super) const MANIFEST: &str = "entry.json";
/// Changes with the manifest's shape.
const FORMAT: u32 = 1;

/// What an entry is and which files it has.
///
/// It is as trustworthy as the place it lies in: whoever can write it can write the files.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    format: u32,
    pub(super) key: Key,
    pub(super) files: Vec<FileRecord>,
}

/// A file of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileRecord {
    /// Relative to the entry, with `/` between names.
    pub(super) name: String,
    /// In bytes.
    pub(super) size: u64,
    /// In lowercase hexadecimal.
    pub(super) sha256: String,
    /// Taken when the digest was.
    pub(super) stamp: Stamp,
}

impl Manifest {
    pub(super) fn new(key: Key, files: Vec<FileRecord>) -> Self {
        Manifest { format: FORMAT, key, files }
    }

    /// The manifest of the entry in `dir`, or why there is none that can be used.
    pub(super) fn read(dir: &Path) -> Result<Self, &'static str> {
        let bytes = fs::read(dir.join(MANIFEST)).map_err(|_| "it is incomplete")?;
        let manifest: Manifest = serde_json::from_slice(&bytes).map_err(|_| "its manifest can't be read")?;
        if manifest.format != FORMAT {
            return Err("another version wrote it");
        }
        if !manifest.files.iter().all(FileRecord::stays_inside) {
            return Err("its manifest names files elsewhere");
        }
        Ok(manifest)
    }

    /// Writes the manifest of the entry in `dir`: wholly or not at all.
    pub(super) fn write(&self, dir: &Path) -> Result<(), CacheError> {
        let path = dir.join(MANIFEST);
        let draft = dir.join("entry.json.new");
        let json = serde_json::to_vec_pretty(self).map_err(|error| CacheError::io("write", &path)(error.into()))?;
        let write = || {
            let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
            file.write_all(&json)?;
            file.sync_all()?;
            fs::rename(&draft, &path)
        };
        write().map_err(CacheError::io("write", &path))
    }

    /// Whether both describe the same files, stamps aside.
    pub(super) fn has_contents_of(&self, other: &Self) -> bool {
        let contents = |file: &FileRecord| (file.name.clone(), file.sha256.clone());
        self.key == other.key && self.files.iter().map(contents).eq(other.files.iter().map(contents))
    }

    /// The size of all files together, in bytes.
    pub(super) fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.size).sum()
    }
}

impl FileRecord {
    /// Whether a file of an entry can be called so: it lies in the entry, and is not the manifest.
    pub(super) fn is_name(name: &str) -> bool {
        let parts: Vec<_> = Path::new(name).components().collect();
        let plain = parts.iter().all(|part| matches!(part, Component::Normal(_)));
        plain
            && !parts.is_empty()
            && parts.iter().collect::<std::path::PathBuf>().to_str() == Some(name)
            && !name.starts_with(MANIFEST)
    }

    fn stays_inside(&self) -> bool {
        Path::new(&self.name).components().all(|part| matches!(part, Component::Normal(_)))
    }
}
