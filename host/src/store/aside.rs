use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::OpenFlags;

use super::lock::RunLock;
use super::run_file::{connect, inspect_run, resolve, to_plain_file};
use super::{Closed, RunFile, StoreError};

impl RunFile {
    /// Moves a run out of the way of a fresh one, nothing deleted: `run.assay` becomes `run.1.assay`, or has the next
    /// free number. Returns its new path, or `None` when there is no such file.
    ///
    /// # Errors
    /// When somebody writes or reads the run, the file is no run, or it can't be moved.
    pub fn set_aside(path: &Path) -> Result<Option<PathBuf>, StoreError> {
        let path = resolve(path)?;
        if !path.exists() {
            return Ok(None);
        }
        let _lock = RunLock::acquire(&path)?;
        let conn = connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        inspect_run(&conn, &path)?;
        // A log that stayed behind would be taken for the fresh run's.
        if to_plain_file(&conn, &path)? == Closed::StillRead {
            return Err(StoreError::Busy { path });
        }
        drop(conn);
        let failed = |e| StoreError::io(&path, "move the run aside", e);
        let free = free_name(&path, |free| OpenOptions::new().write(true).create_new(true).open(free).map(drop))
            .map_err(failed)?;
        fs::rename(&path, &free).map_err(failed)?;
        Ok(Some(free))
    }
}

/// The first of `run.1.assay`, `run.2.assay`... that `take` gets: it fails with `AlreadyExists` where there is such a file.
pub(super) fn free_name(path: &Path, take: impl Fn(&Path) -> io::Result<()>) -> io::Result<PathBuf> {
    let extension = path.extension().unwrap_or_default();
    let mut number = 1_u32;
    loop {
        let mut name = path.file_stem().unwrap_or_default().to_owned();
        name.push(format!(".{number}"));
        let free = path.with_file_name(name);
        let free = if extension.is_empty() { free } else { free.with_added_extension(extension) };
        match take(&free) {
            Ok(()) => return Ok(free),
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(e) => return Err(e),
        }
    }
}
