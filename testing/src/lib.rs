//! What the tests of several crates need: benchmark data, which is not part of the repository, and to say what they skip.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::PathBuf;

/// The directory that `ASSAY_DATA` names, as an absolute path. Without it the current test [lacks](lacks) it.
///
/// # Panics
/// Where nothing may be lacking.
#[must_use]
pub fn data() -> Option<PathBuf> {
    // Commands that tests run have other working directories.
    let data = set("ASSAY_DATA").map(|data| std::path::absolute(data).expect("a working directory"));
    if data.is_none() {
        lacks("ASSAY_DATA does not name a directory with the benchmarks' data");
    }
    data
}

/// The current test is [skipped](skip), because of what `why` says; it fails where `ASSAY_REQUIRE_DATA` is set.
///
/// # Panics
/// Where `ASSAY_REQUIRE_DATA` is set.
pub fn lacks(why: &str) {
    assert!(set("ASSAY_REQUIRE_DATA").is_none(), "ASSAY_REQUIRE_DATA is set, but {why}");
    skip(why);
}

/// Says that the current test is skipped, and why. It is said past what captures the output of tests that pass: who runs
/// them is to know which have tested nothing.
pub fn skip(why: &str) {
    let thread = std::thread::current();
    let test = thread.name().unwrap_or("a test");
    let line = format!("skipped: {test}: {why}\n");
    // In one piece, between the lines of tests that end meanwhile. There is nobody to tell where standard error is closed.
    let _ = std::io::stderr().write_all(line.as_bytes());
}

fn set(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}
