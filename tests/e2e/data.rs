//! Benchmark data, which is not part of the repository.

use std::io::Read as _;
use std::path::PathBuf;

use flate2::read::MultiGzDecoder;

/// The directory that `ASSAY_DATA` names. Without it there is nothing to test with: says so, unless
/// `ASSAY_REQUIRE_DATA` is set, which makes that a failure.
pub(crate) fn data() -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    // The binary runs in other directories.
    let data = set("ASSAY_DATA").map(|data| std::path::absolute(data).unwrap());
    if data.is_none() {
        assert!(set("ASSAY_REQUIRE_DATA").is_none(), "ASSAY_REQUIRE_DATA is set, but ASSAY_DATA is not");
        println!("skipped: ASSAY_DATA does not name a directory with the benchmarks' data");
    }
    data
}

/// The content of a gzipped file in the data directory.
pub(crate) fn unpacked(path: PathBuf) -> Vec<u8> {
    let mut content = Vec::new();
    MultiGzDecoder::new(std::fs::File::open(path).unwrap()).read_to_end(&mut content).unwrap();
    content
}
