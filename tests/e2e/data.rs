//! Benchmark data, which is not part of the repository.

use std::io::Read as _;
use std::path::PathBuf;

pub(crate) use assay_testing::data;
use flate2::read::MultiGzDecoder;

/// The content of a gzipped file in the data directory.
pub(crate) fn unpacked(path: PathBuf) -> Vec<u8> {
    let mut content = Vec::new();
    MultiGzDecoder::new(std::fs::File::open(path).unwrap()).read_to_end(&mut content).unwrap();
    content
}
