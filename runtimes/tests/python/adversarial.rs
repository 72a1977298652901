//! The corpus of hostile scripts: one attack a file, whose first line says what it tries and whose second how it must
//! end. Adding an attack is adding a file.

use std::fs;
use std::path::Path;

use assay_api::Status;

use crate::common::{pool, script};

/// What a file expects: a status, and what its detail must be where the file says it.
fn expectation(source: &str) -> Option<(&str, &str)> {
    let mut lines = source.lines();
    lines.next()?.strip_prefix("# ")?;
    let expected = lines.next()?.strip_prefix("# expect: ")?;
    Some(expected.split_once(' ').unwrap_or((expected, "")))
}

/// The part of a status that a file may name.
fn detail(status: &Status) -> String {
    match status {
        Status::Completed { exit_code } => exit_code.to_string(),
        Status::Exception { exception } => exception.type_name.clone(),
        Status::Unsupported { what } => what.clone(),
        _ => String::new(),
    }
}

#[test]
fn every_attack_of_the_corpus_ends_as_its_file_expects() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/adversarial/python");
    let mut wrong = Vec::new();
    let mut count = 0;
    for entry in fs::read_dir(folder).expect("the corpus is there") {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            continue;
        }
        count += 1;
        let source = fs::read_to_string(&path).expect("a readable file");
        let (name, expected) = expectation(&source).unwrap_or_else(|| panic!("{path:?} has no header"));
        let outcome = pool().execute(script(&source));
        let found = detail(&outcome.status);
        let as_expected = match name {
            // What a wild address or a broken interpreter leads to depends on what lies there; but never on the host.
            "anything" => outcome.status.name() != "infra",
            _ => outcome.status.name() == name && (expected.is_empty() || found == expected),
        };
        if !as_expected {
            wrong.push(format!("{path:?}: {:?}\n{}", outcome.status, outcome.stderr.text()));
        }
    }
    assert!(count >= 110, "only {count} attacks");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
