use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::OpenFlags;

use super::aside::free_name;
use super::lock::RunLock;
use super::run_file::{connect, inspect_run, resolve, to_plain_file};
use super::{Closed, RunConfig, RunFile, StoreError};

/// A run that is made from others beside its place, and gets there at once when it is whole: whoever looks finds the
/// file that was there before, or all of the new one. Until then it is `FILE.part`, which goes when this is dropped and
/// means nothing when a killed process left it.
#[derive(Debug)]
pub struct NewRun {
    target: PathBuf,
    run: Option<RunFile>,
    // Released last: nobody writes the place meanwhile.
    _lock: RunLock,
}

/// What becomes of a run that is in the place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Former {
    /// It is kept beside it: `run.assay` also becomes `run.1.assay`, or has the next free number.
    Kept,
    /// It goes: the new one holds all of it.
    Replaced,
}

impl NewRun {
    /// Reserves `path`, where a run may be already.
    ///
    /// # Errors
    /// When somebody writes the run there, something else is there, or the folder can't be written.
    pub fn reserve(path: &Path) -> Result<Self, StoreError> {
        let target = resolve(path)?;
        let lock = RunLock::acquire(&target)?;
        if target.exists() {
            inspect_run(&connect(&target, OpenFlags::SQLITE_OPEN_READ_ONLY)?, &target)?;
        }
        let new = NewRun { target, run: None, _lock: lock };
        new.remove_part().map_err(|e| StoreError::io(&new.target, "remove what is left of an earlier try", e))?;
        Ok(new)
    }

    /// The place, absolute.
    #[must_use]
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Starts the run.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn start(&mut self, config: &RunConfig) -> Result<&mut RunFile, StoreError> {
        let part = self.part("");
        let run = RunFile::create_or_resume(&part, config)?;
        Ok(self.run.insert(run))
    }

    /// Takes the run out, to write it elsewhere and [put it back](NewRun::put_back).
    #[must_use]
    pub fn take(&mut self) -> Option<RunFile> {
        self.run.take()
    }

    /// Puts the run back that was taken out.
    pub fn put_back(&mut self, run: RunFile) {
        self.run = Some(run);
    }

    /// Closes the run and puts it in its place. Returns where the one that was there before is kept.
    ///
    /// # Errors
    /// When the disk fails, or somebody reads the run that was there before; the place is then as it was.
    pub fn put_in_place(mut self, former: Former) -> Result<Option<PathBuf>, StoreError> {
        let target = self.target.clone();
        if let Some(run) = self.run.take()
            && run.close()? == Closed::StillRead
        {
            return Err(StoreError::Busy { path: self.part("") });
        }
        let mut kept = None;
        if target.exists() {
            fold(&target)?;
            if former == Former::Kept {
                kept = Some(keep(&target).map_err(|e| StoreError::io(&target, "keep the run that is there", e))?);
            }
        }
        let place = || -> io::Result<()> {
            fs::rename(self.part(""), &target)?;
            sync_folder(&target)
        };
        place().map_err(|e| StoreError::io(&target, "put the run in its place", e))?;
        Ok(kept)
    }

    fn part(&self, suffix: &str) -> PathBuf {
        let mut name = OsString::from(&self.target);
        name.push(".part");
        name.push(suffix);
        name.into()
    }

    fn remove_part(&self) -> io::Result<()> {
        for suffix in ["-wal", "-shm", "-journal", ""] {
            match fs::remove_file(self.part(suffix)) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
                _ => {}
            }
        }
        Ok(())
    }
}

impl Drop for NewRun {
    fn drop(&mut self) {
        drop(self.run.take());
        let _ = self.remove_part(); // the next one who wants the place tries again
    }
}

/// Makes the run one plain file: a log that stayed behind would be taken for the new one's.
fn fold(target: &Path) -> Result<(), StoreError> {
    let conn = connect(target, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    inspect_run(&conn, target)?;
    match to_plain_file(&conn, target)? {
        Closed::Plain => Ok(()),
        Closed::StillRead => Err(StoreError::Busy { path: target.to_owned() }),
    }
}

/// Gives the file a second name, so that it is never without one; where the file system can't, a copy gets it.
fn keep(target: &Path) -> io::Result<PathBuf> {
    let free = free_name(target, |free| match fs::hard_link(target, free) {
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Err(e),
        Ok(()) => Ok(()),
        Err(_) => copy(target, free),
    })?;
    Ok(free)
}

/// Has the file's folder remember its names across a power cut, where the system can be asked to.
fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if cfg!(unix) => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let mut new = File::options().write(true).create_new(true).open(to)?;
    io::copy(&mut File::open(from)?, &mut new)?;
    new.sync_all()
}
