//! The two sides of a judged program in the machine's own Python: both in one process, without the sandbox.

use std::fs;
use std::path::Path;
use std::process::Command;

use assay_api::SourceFile;

/// What the judge puts on record, as JSON, and what it prints.
pub(crate) fn judged_natively(judge: &[SourceFile], candidate: &[SourceFile]) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let (judges, candidates) = (folder.path().join("judge"), folder.path().join("candidate"));
    write(&judges, judge);
    write(&candidates, candidate);
    let crates = Path::new(env!("CARGO_MANIFEST_DIR"));
    let out = Command::new("python3")
        .arg(crates.join("tests/support/sides.py"))
        .arg(crates.join("../../runtimes/python/harness"))
        .args([&judges, &candidates])
        .output()
        .expect("python3 is installed");
    let stderr = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{stderr}");
    let said = String::from_utf8(out.stdout).unwrap();
    let (record, told) = said.split_once('\n').unwrap();
    (record.to_owned(), told.trim().to_owned())
}

fn write(folder: &Path, files: &[SourceFile]) {
    fs::create_dir(folder).unwrap();
    for file in files {
        fs::write(folder.join(&file.path), &file.text).unwrap();
    }
}
