//! What the store does to files by itself, apart from SQLite: each a point at which tests let the process die.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;

/// Renames a file over whatever has the name.
pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    point();
    fs::rename(from, to)?;
    point();
    Ok(())
}

/// Removes a file.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    point();
    fs::remove_file(path)?;
    point();
    Ok(())
}

/// Opens a file to read and write, made if it is not there.
pub(super) fn open_or_create(path: &Path) -> io::Result<File> {
    point();
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
    point();
    Ok(file)
}

/// Creates a file that must not be there.
pub(super) fn create_new(path: &Path) -> io::Result<()> {
    point();
    OpenOptions::new().write(true).create_new(true).open(path)?;
    point();
    Ok(())
}

/// Has the folder of `path` remember its names across a power cut, where the system can be asked to.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    point();
    if cfg!(unix)
        && let Some(folder) = path.parent()
    {
        File::open(folder)?.sync_all()?;
    }
    point();
    Ok(())
}

#[cfg(test)]
fn point() {
    super::tests::failpoints::reach();
}

#[cfg(not(test))]
fn point() {}
