use std::fmt;
use std::path::{Path, PathBuf};

use assay_loader::declarative::MANIFEST;

/// What kind of suite lies in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A folder with a manifest.
    Folder,
    /// A WebAssembly component.
    Component,
    /// A native library.
    Native,
}

/// Where a suite lies that is not built in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The folder or the file.
    pub path: PathBuf,
    /// What it is, by its name; what it holds has not been looked at.
    pub kind: Kind,
}

impl Place {
    /// Whether the user means a path where the name of a suite may stand: names have no `/` and none of these endings.
    #[must_use]
    pub fn is_path(text: &str) -> bool {
        text.contains(['/', std::path::MAIN_SEPARATOR])
            || matches!(text, "." | "..")
            || kind_of_file(Path::new(text)).is_some()
    }

    /// The suite at `path`; `None` when nothing there could be one.
    #[must_use]
    pub fn at(path: &Path) -> Option<Self> {
        let kind = match kind_of_file(path) {
            Some(kind) if path.is_file() => kind,
            _ if path.join(MANIFEST).is_file() => Kind::Folder,
            _ => return None,
        };
        Some(Place { path: path.to_path_buf(), kind })
    }

    /// What can be named in `directory`: folders with a manifest, and components. A native library has to be named by its
    /// path. Sorted by name.
    #[must_use]
    pub fn inside(directory: &Path) -> Vec<(String, Place)> {
        let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
        let places = entries.filter_map(|entry| Place::at(&entry.path())).filter(|place| place.kind != Kind::Native);
        let mut named: Vec<(String, Place)> = places.filter_map(|place| Some((place.name()?, place))).collect();
        named.sort_by(|a, b| a.0.cmp(&b.0));
        named
    }

    fn name(&self) -> Option<String> {
        let name = if self.kind == Kind::Folder { self.path.file_name() } else { self.path.file_stem() };
        name.and_then(|name| name.to_str()).map(str::to_owned)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())
    }
}

fn kind_of_file(path: &Path) -> Option<Kind> {
    match path.extension()?.to_str()? {
        "wasm" => Some(Kind::Component),
        "so" | "dylib" => Some(Kind::Native),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_suites_are_no_paths() {
        assert!(["./tiny", "a/b", "tiny.wasm", "libtiny.so", ".", "/x"].into_iter().all(Place::is_path));
        assert!(!["tiny", "humaneval-x", "v1.2", "a.b"].into_iter().any(Place::is_path));
    }

    #[test]
    fn a_directory_offers_folders_and_components_and_never_native_code() {
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        for folder in ["b", "empty"] {
            std::fs::create_dir(path(folder)).unwrap();
        }
        for file in ["b/suite.toml", "a.wasm", "c.so", "d.txt"] {
            std::fs::write(path(file), "").unwrap();
        }
        let names: Vec<String> = Place::inside(directory.path()).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(Place::at(&path("c.so")).map(|place| place.kind), Some(Kind::Native));
        assert_eq!(Place::inside(&path("nowhere")), []);
    }
}
