use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::hex::hex;
use crate::plugin::PluginError;

/// A file that claims to be a library, read and not run.
#[derive(Debug)]
pub struct NativeFile {
    file: PathBuf,
    content: Vec<u8>,
    sha256: String,
}

impl NativeFile {
    /// Reads the file.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn read(file: &Path) -> Result<Self, PluginError> {
        let content = fs::read(file).map_err(|source| PluginError::Read { file: file.to_path_buf(), source })?;
        let sha256 = hex(&Sha256::digest(&content));
        Ok(NativeFile { file: file.to_path_buf(), content, sha256 })
    }

    /// Where it was read from.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.file
    }

    /// SHA-256 of its content in hexadecimal: what is permitted.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Writes what was read to `path`, where there must be nothing yet, for this user only.
    ///
    /// # Errors
    /// What the system says.
    pub fn copy_to(&self, path: &Path) -> io::Result<()> {
        let mut copy = OpenOptions::new().write(true).create_new(true).mode(0o500).open(path)?;
        copy.write_all(&self.content)
    }
}
