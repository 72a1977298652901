//! Data that is there, whatever its path.

use std::io;

use assay_api::DataFile;
use assay_loader::declarative::DataSource;
use sha2::{Digest, Sha256};

pub(crate) struct Given(pub(crate) Vec<u8>);

impl DataSource for Given {
    fn read(&self, _: &DataFile) -> io::Result<Vec<u8>> {
        Ok(self.0.clone())
    }
}

/// SHA-256 of `content` in hexadecimal, as manifests pin it.
pub(crate) fn digest(content: &str) -> String {
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}
