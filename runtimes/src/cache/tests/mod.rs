mod archive;
mod damage;
mod housekeeping;
mod private;
mod processes;
mod space;

use std::fs;
use std::io;
use std::path::Path;

use tempfile::TempDir;

use super::{Cache, Entry, Key, Prepared};
use crate::Silent;

fn key() -> Key {
    Key::new("python").with("package", "3bfb").with("engine", "48.0.8")
}

fn cache() -> (TempDir, Cache) {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(Some(dir.path().to_path_buf())).unwrap();
    (dir, cache)
}

/// What stands for a prepared runtime: a module and a licence in a folder.
fn fill(staging: &Path) -> io::Result<()> {
    fs::write(staging.join("python.cwasm"), b"native code")?;
    fs::create_dir(staging.join("LICENSES"))?;
    fs::write(staging.join("LICENSES/cpython.txt"), b"PSF")
}

fn prepare(entry: &Entry<'_>) -> Prepared {
    entry.prepare(1000, &Silent, fill).unwrap()
}

fn never(_: &Path) -> io::Result<()> {
    panic!("there was nothing to prepare")
}

fn names_in(dir: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
