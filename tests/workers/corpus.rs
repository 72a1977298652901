//! Everything that attacks the sandbox, in workers: their filter of system calls must let the engine do all that it does.

use std::fs;
use std::path::{Path, PathBuf};

use assay_api::{Outcome, Program, Status};
use assay_runtimes::Sandbox;

use super::support::{alone, execute_all, pool, script, tested, workers};

/// The corpus: scripts, and solutions that attack their tests.
fn corpus() -> Vec<(String, Program)> {
    let scripts = attacks().into_iter().map(|(name, source)| (name, script(&source)));
    let tests = "def test_it():\n    assert f(1) == 2\n";
    let solutions = sources(&folder().join("grading")).into_iter().map(|(name, source)| (name, tested(&source, tests)));
    scripts.chain(solutions).collect()
}

/// The names and sources of the scripts.
pub(crate) fn attacks() -> Vec<(String, String)> {
    sources(&folder())
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/adversarial/python")
}

fn sources(folder: &Path) -> Vec<(String, String)> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut sources: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "py"))
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(&path).unwrap()))
        .collect();
    sources.sort();
    sources
}

#[test]
fn the_corpus_of_attacks_ends_in_workers_as_it_does_in_process() {
    let _alone = alone();
    let (names, programs): (Vec<String>, Vec<Program>) = corpus().into_iter().unzip();
    assert!(programs.len() >= 130, "only {} attacks", programs.len());
    let expected = execute_all(&pool(2), &programs);
    let found = execute_all(&Sandbox::Workers(workers(2)), &programs);
    let wrong = |found: &Outcome, expected: &Outcome| found != expected || matches!(found.status, Status::Infra { .. });
    let wrong: Vec<_> = names.iter().zip(found.iter().zip(&expected)).filter(|(_, (f, e))| wrong(f, e)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
