use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use same_file::Handle;

use super::{CommandLine, StoreError};

/// How often another owner may come and go between our opening the lock file and our locking it.
const ATTEMPTS: u32 = 100;

/// How much of the owner's command is told, in characters.
const COMMAND_SHOWN: usize = 200;

/// The right to write a run, held by at most one [`RunFile`](super::RunFile) of all processes.
///
/// It is an advisory lock on a file of its own beside the run: SQLite's own locks on the run file belong to the
/// process and vanish when *any* descriptor of that file is closed, so nobody but SQLite may open it.
/// The system releases the lock with the process that holds it, however that ends; the descriptor is not inherited
/// by programs that the process starts. A lock file that is left behind means nothing.
#[derive(Debug)]
pub(super) struct RunLock {
    path: PathBuf,
    _held: Handle,
}

impl RunLock {
    /// Takes the lock of `run` at once or not at all. The lock file holds the owner's process id and command, for messages.
    pub(super) fn acquire(run: &Path) -> Result<Self, StoreError> {
        let path = lock_path(run);
        for _ in 0..ATTEMPTS {
            if let Some(mut held) = try_hold(run, &path)? {
                write_owner(held.as_file_mut()).map_err(|e| StoreError::io(run, "write its lock file", e))?;
                return Ok(RunLock { path, _held: held });
            }
        }
        Err(StoreError::Locked { path: run.to_owned(), owner: None, command: None })
    }
}

impl Drop for RunLock {
    /// Removes the file first, while the lock is still held: whoever opened it before finds, once it has the lock,
    /// that the path no longer leads to what it locked, and tries again.
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// `run.assay` gives `run.assay.lock`.
pub(super) fn lock_path(run: &Path) -> PathBuf {
    let mut name = OsString::from(run);
    name.push(".lock");
    name.into()
}

/// `None` when the file was removed by its last owner between our opening and our locking it.
fn try_hold(run: &Path, path: &Path) -> Result<Option<Handle>, StoreError> {
    let failed = |e| StoreError::io(run, "create its lock file", e);
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let (owner, command) = read_owner(path).unzip();
            return Err(StoreError::Locked { path: run.to_owned(), owner, command });
        }
        Err(TryLockError::Error(e)) => return Err(failed(e)),
    }
    let held = Handle::from_file(file).map_err(failed)?;
    match Handle::from_path(path) {
        Ok(current) if current == held => Ok(Some(held)),
        Ok(_) => Ok(None),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(failed(e)),
    }
}

fn write_owner(file: &mut File) -> io::Result<()> {
    let command = CommandLine::new(std::env::args());
    let program = command.arguments().first().map(Path::new).and_then(Path::file_name).unwrap_or_default();
    let words =
        std::iter::once(program.to_string_lossy().into_owned()).chain(command.arguments().iter().skip(1).cloned());
    file.set_len(0)?;
    // At once: nobody may read half of it.
    file.write_all(format!("{} {}\n", std::process::id(), words.collect::<Vec<_>>().join(" ")).as_bytes())
}

/// The owner's process id and command.
fn read_owner(path: &Path) -> Option<(u32, String)> {
    let text = fs::read_to_string(path).ok()?;
    let (pid, command) = text.trim_end().split_once(' ')?;
    Some((pid.parse().ok()?, command.chars().take(COMMAND_SHOWN).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_owner_is_refused_and_told_who_the_first_is() {
        let dir = tempfile::tempdir().unwrap();
        let run = dir.path().join("run.assay");
        let _first = RunLock::acquire(&run).unwrap();
        let refused = RunLock::acquire(&run).unwrap_err();
        assert!(
            matches!(refused, StoreError::Locked { owner: Some(pid), .. } if pid == std::process::id()),
            "{refused}"
        );
    }

    #[test]
    fn the_lock_file_is_gone_after_its_owner() {
        let dir = tempfile::tempdir().unwrap();
        let run = dir.path().join("run.assay");
        drop(RunLock::acquire(&run).unwrap());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
        drop(RunLock::acquire(&run).unwrap());
    }

    #[test]
    fn a_lock_file_left_behind_does_not_lock() {
        let dir = tempfile::tempdir().unwrap();
        let run = dir.path().join("run.assay");
        fs::write(lock_path(&run), "4000000000 and more than the new owner will write\n").unwrap();
        let _owner = RunLock::acquire(&run).unwrap();
        assert_eq!(read_owner(&lock_path(&run)).unwrap().0, std::process::id());
    }

    #[test]
    fn threads_that_compete_never_own_it_together() {
        use std::sync::atomic::{AtomicU32, Ordering};
        let dir = tempfile::tempdir().unwrap();
        let run = dir.path().join("run.assay");
        let owners = AtomicU32::new(0);
        let taken = AtomicU32::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..300 {
                        let Ok(lock) = RunLock::acquire(&run) else { continue };
                        assert_eq!(owners.fetch_add(1, Ordering::SeqCst), 0);
                        taken.fetch_add(1, Ordering::SeqCst);
                        owners.fetch_sub(1, Ordering::SeqCst);
                        drop(lock);
                    }
                });
            }
        });
        assert!(taken.into_inner() > 0);
    }
}
