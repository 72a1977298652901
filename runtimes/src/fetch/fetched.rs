use std::collections::BTreeMap;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Component, Path, PathBuf};

use zip::ZipArchive;

use super::{FetchError, Package};
use crate::{Progress, Stage, digest};

/// The list of digests in the package's folder.
pub(crate) const SUMS: &str = "SHA256SUMS";
/// No file of a package may unpack to more than this, in bytes.
const LARGEST: u64 = 512 << 20;

/// A package whose digest has been checked: the files of its folder, by their names there.
///
/// Every file is checked again, by its own digest, as it is read: it may have come from a place that others can write to.
#[derive(Debug)]
pub struct Fetched {
    path: PathBuf,
    contents: Contents,
    /// From a file's name to its SHA-256.
    sums: BTreeMap<String, String>,
}

#[derive(Debug)]
enum Contents {
    Archive { archive: ZipArchive<File>, folder: String },
    Folder,
}

impl Fetched {
    /// A wheel, checked as a whole.
    pub(super) fn wheel(path: PathBuf, package: &Package<'_>, progress: &dyn Progress) -> Result<Self, FetchError> {
        progress.stage(Stage::new("verify", format!("checking {}", package.file)).of(package.bytes));
        let mut file = File::open(&path).map_err(FetchError::io("open", &path))?;
        let got = digest::copy(&mut file, &mut io::sink(), |done| progress.advance(done))
            .map_err(FetchError::io("read", &path))?
            .sha256;
        if got != package.sha256 {
            return Err(FetchError::Digest { path, expected: package.sha256.to_owned(), got });
        }
        let archive = ZipArchive::new(file)
            .map_err(|error| FetchError::Contents { path: path.clone(), message: error.to_string() })?;
        Self::new(path, Contents::Archive { archive, folder: package.folder.to_owned() }, package.sums_sha256)
    }

    /// The files in `folder` of a zip archive, checked by their list of digests, which has the digest `sums_sha256`.
    pub(crate) fn archive(path: PathBuf, folder: &str, sums_sha256: &str) -> Result<Self, FetchError> {
        let file = File::open(&path).map_err(FetchError::io("open", &path))?;
        let archive = ZipArchive::new(file)
            .map_err(|error| FetchError::Contents { path: path.clone(), message: error.to_string() })?;
        Self::new(path, Contents::Archive { archive, folder: folder.to_owned() }, sums_sha256)
    }

    /// The files in a folder, checked likewise.
    pub(crate) fn folder(path: PathBuf, sums_sha256: &str) -> Result<Self, FetchError> {
        Self::new(path, Contents::Folder, sums_sha256)
    }

    fn new(path: PathBuf, contents: Contents, sums_sha256: &str) -> Result<Self, FetchError> {
        let sums = BTreeMap::from([(SUMS.to_owned(), sums_sha256.to_owned())]);
        let mut fetched = Fetched { path, contents, sums };
        let list = String::from_utf8(fetched.read(SUMS)?).unwrap_or_default();
        let lines = list.lines().filter_map(|line| line.split_once("  "));
        fetched.sums.extend(lines.map(|(digest, name)| (name.to_owned(), digest.to_owned())));
        Ok(fetched)
    }

    /// The names of the files in the folder, with `/` between folders.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.sums.keys().map(String::as_str)
    }

    /// The contents of the file `name`.
    ///
    /// # Errors
    /// No such file, a wrong digest, or the file system's error.
    pub fn read(&mut self, name: &str) -> Result<Vec<u8>, FetchError> {
        let mut bytes = Vec::new();
        self.copy(name, &mut bytes, Path::new("memory"), |_| {})?;
        Ok(bytes)
    }

    /// Writes files to new files under `into`: pairs of a name in the package and a relative path to write to. Folders
    /// are created; modes are 0700 and 0600.
    ///
    /// # Errors
    /// As [`read`](Self::read), a full disk, or a path that leaves `into`.
    pub fn unpack(&mut self, into: &Path, files: &[(&str, &str)], progress: &dyn Progress) -> Result<(), FetchError> {
        for (name, to) in files {
            let path = into.join(to);
            let stays_inside = Path::new(to).components().all(|part| matches!(part, Component::Normal(_)));
            if !stays_inside {
                return Err(FetchError::io("write", &path)(io::ErrorKind::InvalidFilename.into()));
            }
            self.write(name, &path, progress)?;
        }
        Ok(())
    }

    fn write(&mut self, name: &str, path: &Path, progress: &dyn Progress) -> Result<(), FetchError> {
        progress.stage(Stage::new("unpack", format!("unpacking {name}")));
        if let Some(parent) = path.parent() {
            let create = DirBuilder::new().recursive(true).mode(0o700).create(parent);
            create.map_err(FetchError::io("create", parent))?;
        }
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .map_err(FetchError::io("create", path))?;
        self.copy(name, &mut file, path, |done| progress.advance(done))
    }

    /// Copies the file `name` to `to`, which the errors call `path`.
    fn copy(
        &mut self,
        name: &str,
        to: &mut impl Write,
        path: &Path,
        progress: impl FnMut(u64),
    ) -> Result<(), FetchError> {
        let contents = |message: String| FetchError::Contents { path: self.path.clone(), message };
        let expected = self.sums.get(name).ok_or_else(|| contents(format!("has no `{name}`")))?;
        let copied = match &mut self.contents {
            Contents::Archive { archive, folder } => {
                let member = archive.by_name(&format!("{folder}/{name}"));
                let member = member.map_err(|error| contents(format!("`{name}`: {error}")))?;
                digest::copy(&mut member.take(LARGEST), to, progress)
            }
            Contents::Folder => {
                let from = self.path.join(name);
                let file = File::open(&from).map_err(FetchError::io("open", &from))?;
                digest::copy(&mut file.take(LARGEST), to, progress)
            }
        };
        let copied = copied.map_err(|error| match error.kind() {
            io::ErrorKind::InvalidData => contents(format!("`{name}`: {error}")),
            _ => FetchError::io("unpack to", path)(error),
        })?;
        if copied.sha256 != *expected {
            let path = self.path.join(name);
            return Err(FetchError::Digest { path, expected: expected.clone(), got: copied.sha256 });
        }
        Ok(())
    }
}
