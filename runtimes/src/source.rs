//! Where interpreters come from: published packages, or ones that are built on the user's machine.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::Progress;
use crate::fetch::{FetchError, Fetched, Fetcher, Package};

/// Where an interpreter comes from.
#[derive(Debug)]
pub enum Source {
    /// A published package that has it.
    Published(Package<'static>),
    /// A package that is built here, from published parts.
    Built(Built),
}

/// A package that is built on the user's machine.
#[derive(Debug)]
pub struct Built {
    /// Its name, which is the folder in its archive too.
    pub name: &'static str,
    /// The version of what it is built from.
    pub version: &'static str,
    /// SHA-256 of `SHA256SUMS`, which lists every other file of it.
    pub sums_sha256: &'static str,
    /// Builds it: leaves its files in a new folder, and `SHA256SUMS` with them. Gives that folder.
    pub(crate) build: Build,
}

/// Builds a package in an existing folder of ours.
pub(crate) type Build = fn(&Built, &Fetcher, into: &Path, &dyn Progress) -> Result<PathBuf, FetchError>;

impl Source {
    /// What it is called, with its version.
    #[must_use]
    pub fn label(&self) -> String {
        match self {
            Source::Published(package) => format!("{} {}", package.name, package.version),
            Source::Built(built) => format!("{} {}", built.name, built.version),
        }
    }

    /// The file that an offline copy of it is.
    #[must_use]
    pub fn file(&self) -> String {
        match self {
            Source::Published(package) => package.file.to_owned(),
            Source::Built(built) => built.file(),
        }
    }

    /// SHA-256, in lowercase hexadecimal, that its contents are known by.
    #[must_use]
    pub fn sha256(&self) -> &'static str {
        match self {
            Source::Published(package) => package.sha256,
            Source::Built(built) => built.sums_sha256,
        }
    }

    /// Gets it into an existing folder of ours, and checks it.
    pub(crate) fn get(&self, fetcher: &Fetcher, into: &Path, progress: &dyn Progress) -> Result<Fetched, FetchError> {
        match self {
            Source::Published(package) => fetcher.fetch(package, into, progress),
            Source::Built(built) => built.get(fetcher, into, progress),
        }
    }
}

impl Built {
    /// The archive that an offline copy of it is; its name tells one build from another.
    #[must_use]
    pub fn file(&self) -> String {
        format!("{}-{}.zip", self.name, &self.sums_sha256[..16])
    }

    /// Builds it and writes it to a new archive in the existing folder `dir`, for [`RUNTIMES_DIR`](crate::fetch::RUNTIMES_DIR).
    /// Gives the archive's path.
    ///
    /// # Errors
    /// What building gives, or the file system.
    pub fn package(&self, fetcher: &Fetcher, dir: &Path, progress: &dyn Progress) -> Result<PathBuf, FetchError> {
        let work = dir.join(format!(".{}-{}", self.name, std::process::id()));
        fs::create_dir(&work).map_err(FetchError::io("create", &work))?;
        let archive = dir.join(self.file());
        let written = (self.build)(self, fetcher, &work, progress)
            .and_then(|package| self.archive(&package, &archive).map_err(FetchError::io("write", &archive)));
        // The error is worth more than that something of no use stays behind.
        let _ = fs::remove_dir_all(&work);
        progress.done();
        written.map(|()| archive)
    }

    fn archive(&self, package: &Path, to: &Path) -> io::Result<()> {
        let mut names = fs::read_dir(package)?.map(|entry| Ok(entry?.file_name())).collect::<io::Result<Vec<_>>>()?;
        names.sort();
        let unfinished = package.join("archive");
        let mut archive = ZipWriter::new(File::create_new(&unfinished)?);
        for name in names {
            let path = format!("{}/{}", self.name, name.to_string_lossy());
            archive.start_file(path, SimpleFileOptions::default())?;
            io::copy(&mut File::open(package.join(name))?, &mut archive)?;
        }
        archive.finish()?;
        fs::rename(unfinished, to)
    }

    /// Gets it: from the directory of offline copies if there is one, else by building it.
    pub(crate) fn get(&self, fetcher: &Fetcher, into: &Path, progress: &dyn Progress) -> Result<Fetched, FetchError> {
        match fetcher.offline_copy(&self.file())? {
            Some(archive) => Fetched::archive(archive, self.name, self.sums_sha256),
            None => Fetched::folder((self.build)(self, fetcher, into, progress)?, self.sums_sha256),
        }
    }
}
