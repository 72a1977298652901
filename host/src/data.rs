//! Where benchmark data lies.

use std::io;
use std::path::{Path, PathBuf};

use assay_api::{DataFile, SuiteInfo};
use assay_loader::declarative::{DataDirectory, DataSource};
use etcetera::BaseStrategy;

use crate::failure::Failure;

/// The directories in which data files are looked for: each holds them at their manifests' paths.
#[derive(Debug, Clone)]
pub struct DataDirs {
    /// What the user named with `--data-dir` or `ASSAY_DATA`.
    named: Option<PathBuf>,
    /// Where `assay suite pull` puts data when the user named no directory.
    own: PathBuf,
}

impl DataDirs {
    /// The user's choice, and the platform's place for data.
    ///
    /// # Errors
    /// When there is no home directory.
    pub fn new(named: Option<PathBuf>) -> Result<Self, Failure> {
        let places = etcetera::base_strategy::choose_native_strategy()
            .map_err(|_| Failure::usage("no home directory to keep benchmark data in").help("set ASSAY_DATA"))?;
        Ok(DataDirs { named, own: places.data_dir().join("assay").join("data") })
    }

    /// Where pulled data goes.
    #[must_use]
    pub fn target(&self) -> &Path {
        self.named.as_deref().unwrap_or(&self.own)
    }

    /// Where the user keeps suites of others.
    #[must_use]
    pub fn suites(&self) -> PathBuf {
        self.own.with_file_name("suites")
    }

    /// Where what checks of suites found is kept.
    #[must_use]
    pub fn checks(&self) -> PathBuf {
        self.own.with_file_name("checks")
    }

    /// Where `file` lies, if it does.
    #[must_use]
    pub fn find(&self, file: &DataFile) -> Option<PathBuf> {
        self.places().map(|place| place.join(&file.path)).find(|path| path.is_file())
    }

    /// Whether all data that the suite does not bring itself is here.
    #[must_use]
    pub fn has_all(&self, suite: &SuiteInfo) -> bool {
        suite.data.iter().filter(|file| !file.embedded).all(|file| self.find(file).is_some())
    }

    fn places(&self) -> impl Iterator<Item = &Path> {
        self.named.as_deref().into_iter().chain([self.own.as_path()])
    }
}

impl DataSource for DataDirs {
    fn read(&self, file: &DataFile) -> io::Result<Vec<u8>> {
        let mut missing = io::Error::from(io::ErrorKind::NotFound);
        for place in self.places() {
            match DataDirectory(place.to_path_buf()).read(file) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => missing = error,
                result => return result,
            }
        }
        Err(missing)
    }
}
