use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use tempfile::NamedTempFile;
use thiserror::Error;

use super::{Change, SampleKey};

/// What can go wrong with a run file. Every message names the file or the sample, and what to do.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The folder that the file should be in does not exist.
    #[error("{}: there is no folder {}; create it or choose another file", path.display(), folder.display())]
    NoFolder {
        /// The run file.
        path: PathBuf,
        /// The folder that is missing.
        folder: PathBuf,
    },
    /// The file to be read does not exist.
    #[error("{}: no such file", path.display())]
    NotFound {
        /// The run file.
        path: PathBuf,
    },
    /// The file exists and is something else.
    #[error("{}: not an assay run: {what}; choose another file", path.display())]
    NotARun {
        /// The file.
        path: PathBuf,
        /// What it is instead.
        what: String,
    },
    /// The file was written by a newer Assay; it can be read, not continued.
    #[error("{}: written in format {format}, this assay writes format {supported}; update assay or choose another file",
        path.display())]
    Newer {
        /// The run file.
        path: PathBuf,
        /// Its format.
        format: u32,
        /// The newest format that this version writes.
        supported: u32,
    },
    /// Another process writes the run.
    #[error("{}: {} is writing this run; wait for it or choose another file", path.display(),
        owner_name(*owner, command.as_deref()))]
    Locked {
        /// The run file.
        path: PathBuf,
        /// The other process, where it said who it is.
        owner: Option<u32>,
        /// Its command, where it said so.
        command: Option<String>,
    },
    /// Another program holds SQLite's own lock for longer than we wait.
    #[error("{}: another program keeps the file locked; close it there and run the same command again", path.display())]
    Busy {
        /// The run file.
        path: PathBuf,
    },
    /// The run was started with other parameters.
    #[error("{}: this run was started differently: {}; choose another file", path.display(), list(changes))]
    ConfigChanged {
        /// The run file.
        path: PathBuf,
        /// Each parameter that differs.
        changes: Vec<Change>,
    },
    /// Two runs that are to be one were started with other parameters.
    #[error("{} and {} are parts of different runs: {}", path.display(), other.display(), list(changes))]
    OtherRun {
        /// The one run file.
        path: PathBuf,
        /// The other.
        other: PathBuf,
        /// Each parameter that differs.
        changes: Vec<Change>,
    },
    /// Two runs that are to be one say different things of the same task.
    #[error("{} and {} have another {what} of the task {} {}", path.display(), other.display(),
        suite.escape_debug(), task_id.escape_debug())]
    OtherTask {
        /// The one run file.
        path: PathBuf,
        /// The other.
        other: PathBuf,
        /// The task's suite.
        suite: String,
        /// The task.
        task_id: String,
        /// What differs.
        what: &'static str,
    },
    /// Two runs that are to be one say different things of the same sample.
    #[error("{} and {} have another {what} of the sample {key}; merge only one of them", path.display(), other.display())]
    OtherSample {
        /// The one run file.
        path: PathBuf,
        /// The other.
        other: PathBuf,
        /// The sample.
        key: SampleKey,
        /// What differs.
        what: &'static str,
    },
    /// A task's first request is not the one the run began with.
    #[error("{}: the prompt of {} {} has changed since the run was started; choose another file",
        path.display(), suite.escape_debug(), task_id.escape_debug())]
    PromptChanged {
        /// The run file.
        path: PathBuf,
        /// The task's suite.
        suite: String,
        /// The task.
        task_id: String,
    },
    /// A sample's task was never recorded.
    #[error("{}: sample {key} belongs to a task that the run does not have", path.display())]
    UnknownTask {
        /// The run file.
        path: PathBuf,
        /// The sample.
        key: SampleKey,
    },
    /// A completion is already stored for the sample, and it is another one.
    #[error("{}: sample {key} already has another completion", path.display())]
    OtherCompletion {
        /// The run file.
        path: PathBuf,
        /// The sample.
        key: SampleKey,
    },
    /// The sample already has a verdict.
    #[error("{}: sample {key} already has a verdict", path.display())]
    AlreadyFinished {
        /// The run file.
        path: PathBuf,
        /// The sample.
        key: SampleKey,
    },
    /// Nothing may be written there.
    #[error("{}: the file or its folder is read-only; make both writable or choose another file", path.display())]
    ReadOnly {
        /// The run file.
        path: PathBuf,
    },
    /// The disk is full. What was recorded before is whole.
    #[error("{}: the disk is full; free some space and run the same command again, it continues", path.display())]
    DiskFull {
        /// The run file.
        path: PathBuf,
    },
    /// The system lets this process, or all of them, open no more files.
    #[error("{}: too many files are open; close some or raise the limit (ulimit -n), and run the same command again, \
        it continues", path.display())]
    TooManyFiles {
        /// The run file.
        path: PathBuf,
    },
    /// The disk fails. What was recorded before is whole.
    #[error("{}: cannot {doing}: the disk or its file system fails ({detail}); check it, then run the same command \
        again, it continues", path.display())]
    DiskFails {
        /// The run file.
        path: PathBuf,
        /// What was tried.
        doing: &'static str,
        /// SQLite's answer.
        detail: String,
    },
    /// The file contradicts itself.
    #[error("{}: the file is damaged ({detail}); restore it from a copy or choose another file", path.display())]
    Damaged {
        /// The run file.
        path: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// The operating system refused.
    #[error("{}: cannot {doing}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What was tried.
        doing: &'static str,
        /// The system's answer.
        source: io::Error,
    },
    /// Anything else that SQLite reports.
    #[error("{}: cannot {doing}: {source}", path.display())]
    Sqlite {
        /// The run file.
        path: PathBuf,
        /// What was tried.
        doing: &'static str,
        /// SQLite's answer.
        source: rusqlite::Error,
    },
}

impl StoreError {
    pub(super) fn io(path: &Path, doing: &'static str, source: io::Error) -> Self {
        let path = path.to_owned();
        if is_too_many_files(&source) {
            return StoreError::TooManyFiles { path };
        }
        match source.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly { path },
            _ if is_full(&source) => StoreError::DiskFull { path },
            _ => StoreError::Io { path, doing, source },
        }
    }

    pub(super) fn sqlite(path: &Path, doing: &'static str, source: rusqlite::Error) -> Self {
        let path = path.to_owned();
        match source.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => StoreError::DiskFull { path },
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => StoreError::ReadOnly { path },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy { path },
            Some(ErrorCode::NotADatabase) => StoreError::NotARun { path, what: "not a SQLite database".into() },
            Some(ErrorCode::DatabaseCorrupt) => StoreError::Damaged { path, detail: source.to_string() },
            Some(ErrorCode::SystemIoFailure) => StoreError::DiskFails { path, doing, detail: source.to_string() },
            Some(ErrorCode::CannotOpen) if let Err(why) = openable(&path) => StoreError::io(&path, doing, why),
            _ => StoreError::Sqlite { path, doing, source },
        }
    }
}

/// Why a file can't be opened, which SQLite does not say, found out without opening it: its locks would go.
fn openable(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?;
    #[cfg(unix)]
    rustix::fs::access(path, rustix::fs::Access::READ_OK)?;
    // SQLite makes files beside it, too.
    match NamedTempFile::new_in(folder).and_then(|mut file| file.write_all(&[0; 4096])) {
        Err(error) if is_full(&error) || is_too_many_files(&error) => Err(error),
        _ => Ok(()),
    }
}

fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

fn is_too_many_files(error: &io::Error) -> bool {
    #[cfg(unix)]
    {
        use rustix::io::Errno;
        [Errno::MFILE, Errno::NFILE].iter().any(|code| error.raw_os_error() == Some(code.raw_os_error()))
    }
    #[cfg(not(unix))]
    {
        let _ = error;
        false
    }
}

fn owner_name(owner: Option<u32>, command: Option<&str>) -> String {
    match (owner, command) {
        (Some(pid), Some(command)) => format!("process {pid} ({command})"),
        (Some(pid), None) => format!("process {pid}"),
        (None, _) => "another process".into(),
    }
}

fn list(changes: &[Change]) -> String {
    changes.iter().map(Change::to_string).collect::<Vec<_>>().join(", ")
}
