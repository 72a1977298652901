//! Which tests are executed.

use std::fs;
use std::path::{Path, PathBuf};

/// The parts of the language that are sampled.
const PARTS: &[&str] = &["language", "built-ins"];

/// At least `least` tests of a checkout, if it has so many: always the same ones, spread evenly.
pub(crate) fn paths(directory: &Path, least: usize) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for part in PARTS {
        collect(&directory.join("test").join(part), &mut paths);
    }
    paths.sort();
    let step = (paths.len() / least.max(1)).max(1);
    paths.into_iter().step_by(step).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.map(|entry| entry.expect("a readable folder").path()) {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if path.is_dir() {
            collect(&path, paths);
        } else if name.ends_with(".js") && !name.contains("_FIXTURE") {
            paths.push(path);
        }
    }
}
