use std::borrow::Cow;
use std::path::PathBuf;
use std::{fs, io};

use assay_api::DataFile;

use super::path::is_inside;
use super::{DataSource, Folder};

/// A suite's folder on disk.
#[derive(Debug, Clone)]
pub struct Directory(pub PathBuf);

impl Folder for Directory {
    fn read(&self, path: &str) -> io::Result<Cow<'_, [u8]>> {
        read_inside(&self.0, path).map(Cow::Owned)
    }
}

/// A directory in which each data file lies at its manifest's path.
#[derive(Debug, Clone)]
pub struct DataDirectory(pub PathBuf);

impl DataSource for DataDirectory {
    fn read(&self, file: &DataFile) -> io::Result<Vec<u8>> {
        read_inside(&self.0, &file.path)
    }
}

fn read_inside(root: &std::path::Path, path: &str) -> io::Result<Vec<u8>> {
    if !is_inside(path) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "the path leaves its folder"));
    }
    fs::read(root.join(path))
}
