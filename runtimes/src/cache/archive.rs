use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::manifest::FileRecord;
use super::{CacheError, Entry, Key, PrepareError, Prepared};
use crate::{Progress, Stage, digest};

/// The file of an archive that says what the others are.
const CONTENTS: &str = "assay-runtime.json";
/// Changes with the archive's shape.
const FORMAT: u32 = 1;
/// The largest list of contents, in bytes.
const MAX_CONTENTS_BYTES: u64 = 1 << 20;

/// Why an archive of entries cannot be written or read. Reading one that fails changes nothing in the cache.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// It is no archive, was cut off, or says what cannot be.
    #[error("it is not a whole archive of a runtime: {0}")]
    Malformed(String),
    /// A file in it is not the one that its list of contents names.
    #[error("its `{0}` is not what was exported: the archive was cut off or altered")]
    Altered(String),
    /// It could be read, and is of another version.
    #[error("its format is {0}, and this assay reads {FORMAT}")]
    Format(u32),
    /// What it holds is for another machine or another build.
    #[error("it was exported for something else than this machine and this assay: {0}")]
    Other(String),
    /// The file system refused.
    #[error("{action} it: {source}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// The system's error.
        source: io::Error,
    },
    /// The user asked to stop.
    #[error("interrupted")]
    Interrupted,
}

/// What an archive holds.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Contents {
    format: u32,
    runtime: String,
    entries: Vec<ArchivedEntry>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ArchivedEntry {
    key: Key,
    files: Vec<ArchivedFile>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ArchivedFile {
    /// Relative to the entry, with `/` between names.
    name: String,
    /// In bytes.
    size: u64,
    /// In lowercase hexadecimal.
    sha256: String,
}

/// Entries of the cache in one file, to be carried to another machine of the same kind.
#[derive(Debug)]
pub struct Archive {
    zip: ZipArchive<BufReader<File>>,
    contents: Contents,
}

impl Archive {
    /// Writes `entries`, which together are the runtime called `runtime`, to `to`.
    ///
    /// # Errors
    /// When a file is not what was prepared, or the system refuses.
    pub fn write(
        runtime: &str,
        entries: &[&Prepared],
        to: impl Write + Seek,
        progress: &dyn Progress,
    ) -> Result<(), ArchiveError> {
        let total = entries.iter().map(|entry| entry.bytes()).sum();
        progress.stage(Stage::new("export", format!("exporting {runtime}")).of(total));
        let mut zip = ZipWriter::new(to);
        let mut done = 0;
        let mut archived = Vec::with_capacity(entries.len());
        for (index, entry) in entries.iter().enumerate() {
            let mut files = Vec::new();
            for record in entry.records() {
                begin(&mut zip, &member(index, &record.name))?;
                let file = entry.open(&record.name).map_err(|error| reading(io::Error::other(error)))?;
                let copied = copy(&mut Watched { from: file, progress }, &mut zip, |bytes| {
                    progress.advance(done + bytes);
                });
                let copied = copied.map_err(|error| stopped(progress, "write", error))?;
                if copied.sha256 != record.sha256 {
                    return Err(ArchiveError::Altered(record.name.clone()));
                }
                done += copied.bytes;
                files.push(ArchivedFile::of(record));
            }
            archived.push(ArchivedEntry { key: entry.key().clone(), files });
        }
        let contents = Contents { format: FORMAT, runtime: runtime.to_owned(), entries: archived };
        let json = serde_json::to_vec_pretty(&contents).map_err(|error| writing(error.into()))?;
        begin(&mut zip, CONTENTS)?;
        zip.write_all(&json).map_err(writing)?;
        zip.finish().map_err(|error| writing(error.into()))?.flush().map_err(writing)
    }

    /// Opens an archive; its files have not been looked at then.
    ///
    /// # Errors
    /// When it is none.
    pub fn open(file: File) -> Result<Self, ArchiveError> {
        let mut zip = ZipArchive::new(BufReader::new(file)).map_err(malformed)?;
        let list = zip.by_name(CONTENTS).map_err(malformed)?;
        let mut json = Vec::new();
        list.take(MAX_CONTENTS_BYTES).read_to_end(&mut json).map_err(|error| malformed(error.into()))?;
        /// What all versions have.
        #[derive(Deserialize)]
        struct Version {
            format: u32,
        }
        let unreadable = |error: serde_json::Error| ArchiveError::Malformed(format!("{CONTENTS}: {error}"));
        let Version { format } = serde_json::from_slice(&json).map_err(unreadable)?;
        if format != FORMAT {
            return Err(ArchiveError::Format(format));
        }
        let contents: Contents = serde_json::from_slice(&json).map_err(unreadable)?;
        Ok(Archive { zip, contents })
    }

    /// The runtime that is in it.
    #[must_use]
    pub fn runtime(&self) -> &str {
        &self.contents.runtime
    }

    /// Puts what is in the archive into the cache, in the places `entries`, of which each takes so many bytes at most. A
    /// place that is filled stays as it is. Gives what is in the places then, and whether any of it is new.
    ///
    /// The whole archive is checked before anything is written.
    ///
    /// # Errors
    /// The whole of [`ArchiveError`], and the cache's.
    pub fn import(
        &mut self,
        entries: &[(&Entry<'_>, u64)],
        progress: &dyn Progress,
    ) -> Result<(Vec<Prepared>, bool), PrepareError<ArchiveError>> {
        self.check(entries, progress).map_err(PrepareError::Work)?;
        let mut prepared = Vec::with_capacity(entries.len());
        let mut new = false;
        for (index, (entry, _)) in entries.iter().enumerate() {
            if let Some(there) = entry.get()? {
                prepared.push(there);
                continue;
            }
            let needs = self.contents.entries[index].bytes();
            prepared.push(entry.prepare(needs, progress, |staging| {
                new = true;
                self.unpack(index, staging, progress)
            })?);
        }
        Ok((prepared, new))
    }

    /// Checks that the archive holds what belongs into `entries`, and that its files are those that its contents name.
    fn check(&mut self, entries: &[(&Entry<'_>, u64)], progress: &dyn Progress) -> Result<(), ArchiveError> {
        for (entry, _) in entries {
            let key = entry.key();
            let there = self.contents.entries.iter().find(|there| there.key.runtime() == key.runtime());
            let Some(there) = there else {
                return Err(ArchiveError::Other(format!("it has no {}", key.runtime())));
            };
            if let Some(difference) = key.difference(&there.key) {
                return Err(ArchiveError::Other(difference));
            }
        }
        let theirs = self.contents.entries.iter().map(|entry| &entry.key);
        if !theirs.eq(entries.iter().map(|(entry, _)| entry.key())) {
            return Err(ArchiveError::Malformed("it holds more than a runtime".to_owned()));
        }
        for (archived, (_, limit)) in self.contents.entries.iter().zip(entries) {
            archived.check(*limit)?;
        }
        let total = self.contents.entries.iter().map(ArchivedEntry::bytes).sum();
        progress.stage(Stage::new("check", format!("checking the exported {}", self.contents.runtime)).of(total));
        let mut done = 0;
        for index in 0..self.contents.entries.len() {
            for file in 0..self.contents.entries[index].files.len() {
                done += self.read(index, file, &mut io::sink(), progress, done)?;
            }
        }
        Ok(())
    }

    fn unpack(&mut self, index: usize, staging: &Path, progress: &dyn Progress) -> Result<(), ArchiveError> {
        let what = format!("importing {}", self.contents.entries[index].key.runtime());
        progress.stage(Stage::new("import", what).of(self.contents.entries[index].bytes()));
        let mut done = 0;
        for file in 0..self.contents.entries[index].files.len() {
            let path = staging.join(&self.contents.entries[index].files[file].name);
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder).map_err(writing)?;
            }
            let mut to = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).map_err(writing)?;
            done += self.read(index, file, &mut to, progress, done)?;
        }
        Ok(())
    }

    /// Copies a file of an entry to `to`, and checks it.
    fn read(
        &mut self,
        index: usize,
        file: usize,
        to: &mut dyn Write,
        progress: &dyn Progress,
        done: u64,
    ) -> Result<u64, ArchiveError> {
        let ArchivedFile { name, size, sha256 } = self.contents.entries[index].files[file].clone();
        let altered = || ArchiveError::Altered(name.clone());
        let from = self.zip.by_name(&member(index, &name)).map_err(|_| altered())?;
        // One byte more than there may be, so that there being more is seen.
        let mut from = Watched { from: from.take(size + 1), progress };
        match copy(&mut from, to, |bytes| progress.advance(done + bytes)) {
            Ok(copied) if copied.bytes == size && copied.sha256 == sha256 => Ok(size),
            Ok(_) | Err(Failed::Read(_)) if !progress.interrupted() => Err(altered()),
            Ok(_) => Err(ArchiveError::Interrupted),
            Err(failed) => Err(stopped(progress, "unpack", failed)),
        }
    }
}

impl ArchivedEntry {
    fn bytes(&self) -> u64 {
        self.files.iter().fold(0, |bytes, file| bytes.saturating_add(file.size))
    }

    /// Checks that the files stay in the entry's place, are different ones, and take `limit` bytes at most.
    fn check(&self, limit: u64) -> Result<(), ArchiveError> {
        let mut names = BTreeSet::new();
        for file in &self.files {
            if !FileRecord::is_name(&file.name) || !names.insert(&file.name) {
                return Err(ArchiveError::Malformed(format!("no file of a runtime is called {:?}", file.name)));
            }
        }
        if self.bytes() > limit {
            return Err(ArchiveError::Malformed(format!("{} of {} bytes", self.key.runtime(), self.bytes())));
        }
        Ok(())
    }
}

impl ArchivedFile {
    fn of(record: &FileRecord) -> Self {
        ArchivedFile { name: record.name.clone(), size: record.size, sha256: record.sha256.clone() }
    }
}

/// Reads until the user asks to stop.
struct Watched<'a, R> {
    from: R,
    progress: &'a dyn Progress,
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.progress.interrupted() {
            return Err(io::Error::other("interrupted"));
        }
        self.from.read(buffer)
    }
}

/// Which side of a copy failed.
enum Failed {
    Read(io::Error),
    Write(io::Error),
}

fn copy(
    from: &mut impl Read,
    to: &mut (impl Write + ?Sized),
    progress: impl FnMut(u64),
) -> Result<digest::Copied, Failed> {
    let mut to = Noting { to, failed: false };
    let copied = digest::copy(from, &mut to, progress);
    copied.map_err(|error| if to.failed { Failed::Write(error) } else { Failed::Read(error) })
}

/// Remembers whether writing failed.
struct Noting<'a, W: ?Sized> {
    to: &'a mut W,
    failed: bool,
}

impl<W: Write + ?Sized> Write for Noting<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.to.write(bytes).inspect_err(|_| self.failed = true)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

fn begin(zip: &mut ZipWriter<impl Write + Seek>, name: &str) -> Result<(), ArchiveError> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    zip.start_file(name, options).map_err(|error| writing(error.into()))
}

/// What a file of an entry is called in the archive.
fn member(entry: usize, name: &str) -> String {
    format!("{entry}/{name}")
}

fn malformed(error: ZipError) -> ArchiveError {
    ArchiveError::Malformed(error.to_string())
}

fn writing(source: io::Error) -> ArchiveError {
    ArchiveError::Io { action: "write", source }
}

fn reading(source: io::Error) -> ArchiveError {
    ArchiveError::Io { action: "read the files for", source }
}

fn stopped(progress: &dyn Progress, action: &'static str, failed: Failed) -> ArchiveError {
    match failed {
        _ if progress.interrupted() => ArchiveError::Interrupted,
        Failed::Read(source) => reading(source),
        Failed::Write(source) => ArchiveError::Io { action, source },
    }
}

impl From<CacheError> for ArchiveError {
    fn from(error: CacheError) -> Self {
        reading(io::Error::other(error))
    }
}
