use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;

use assay_api::SuiteInfo;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// Which suites failed their check on this machine, by what is in them: a suite that was corrected is another one.
#[derive(Debug, Clone)]
pub struct CheckRecord {
    directory: PathBuf,
}

/// A check that found faults.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedCheck {
    /// The suite, with what was chosen of it; for readers.
    pub suite: String,
    /// What is wrong; at least one.
    pub faults: Vec<String>,
    /// Whether only gold answers were executed.
    #[serde(default)]
    pub golds_only: bool,
}

impl CheckRecord {
    /// The record in `directory`, which need not be there.
    #[must_use]
    pub fn in_directory(directory: PathBuf) -> Self {
        CheckRecord { directory }
    }

    /// The last check of the suite, if it failed.
    ///
    /// # Errors
    /// When the record can't be read.
    pub fn failed(&self, suite: &SuiteInfo) -> Result<Option<FailedCheck>, Failure> {
        let file = self.file(suite);
        let read = fs::read(&file).and_then(|text| serde_json::from_slice(&text).map_err(io::Error::other));
        match read {
            Ok(failed) => Ok(Some(failed)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Failure::file("reading", &file, &error)),
        }
    }

    /// Keeps what a check of the suite found. That it found nothing counts only if it was of `all` tasks; with `golds_only`
    /// it refutes no more than what was found by gold answers alone.
    ///
    /// # Errors
    /// When the record can't be written, or has to be read and can't be.
    pub fn keep(&self, suite: &SuiteInfo, faults: &[String], all: bool, golds_only: bool) -> Result<(), Failure> {
        let file = self.file(suite);
        if faults.is_empty() {
            let refutes = all && (!golds_only || self.failed(suite)?.is_some_and(|failed| failed.golds_only));
            let removed = if refutes { remove(&file) } else { Ok(()) };
            return removed.map_err(|error| Failure::file("writing", &file, &error));
        }
        // What a check of more found before is not forgotten.
        let golds_only =
            golds_only && self.failed(suite).is_ok_and(|failed| failed.is_none_or(|failed| failed.golds_only));
        let keep = || {
            fs::create_dir_all(&self.directory)?;
            let mut draft = tempfile::NamedTempFile::new_in(&self.directory)?;
            let failed = FailedCheck { suite: suite.label(), faults: faults.to_vec(), golds_only };
            draft.write_all(&serde_json::to_vec(&failed)?)?;
            draft.persist(&file)?;
            Ok(())
        };
        keep().map_err(|error: io::Error| Failure::file("writing", &file, &error))
    }

    fn file(&self, suite: &SuiteInfo) -> PathBuf {
        self.directory.join(format!("{}.json", suite.digest))
    }
}

fn remove(file: &PathBuf) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(digest: &str) -> SuiteInfo {
        let json = serde_json::json!({
            "id": "s", "version": "1", "title": "T", "licence": "MIT", "languages": ["python"], "runtimes": ["python"],
            "grading": "values", "digest": digest,
        });
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn a_failed_check_counts_until_all_of_the_same_suite_passes() {
        let folder = tempfile::tempdir().unwrap();
        let record = CheckRecord::in_directory(folder.path().join("checks"));
        let (suite, other) = (info("one"), info("two"));
        assert_eq!(record.failed(&suite).unwrap(), None);
        record.keep(&suite, &[], true, false).unwrap();
        let faults = ["a gold answer fails".to_owned()];
        record.keep(&suite, &faults, false, false).unwrap();
        let failed = FailedCheck { suite: "s".into(), faults: faults.to_vec(), golds_only: false };
        assert_eq!(record.failed(&suite).unwrap(), Some(failed.clone()));
        assert_eq!(record.failed(&other).unwrap(), None, "it is of what the suite is");
        record.keep(&suite, &[], false, false).unwrap();
        assert_eq!(record.failed(&suite).unwrap(), Some(failed.clone()), "some tasks say nothing of the others");
        record.keep(&suite, &[], true, true).unwrap();
        assert_eq!(record.failed(&suite).unwrap(), Some(failed), "gold answers say nothing of other answers");
        record.keep(&suite, &[], true, false).unwrap();
        assert_eq!(record.failed(&suite).unwrap(), None);
    }

    #[test]
    fn gold_answers_that_failed_count_until_all_pass() {
        let folder = tempfile::tempdir().unwrap();
        let record = CheckRecord::in_directory(folder.path().join("checks"));
        let suite = info("one");
        record.keep(&suite, &["a gold answer fails".to_owned()], true, true).unwrap();
        record.keep(&suite, &[], false, true).unwrap();
        assert!(record.failed(&suite).unwrap().is_some(), "some tasks say nothing of the others");
        record.keep(&suite, &[], true, true).unwrap();
        assert_eq!(record.failed(&suite).unwrap(), None);
    }

    #[test]
    fn gold_answers_that_pass_refute_nothing_that_a_check_of_more_found_before() {
        let folder = tempfile::tempdir().unwrap();
        let record = CheckRecord::in_directory(folder.path().join("checks"));
        let suite = info("one");
        record.keep(&suite, &["a stub passes".to_owned()], true, false).unwrap();
        record.keep(&suite, &["a gold answer fails".to_owned()], true, true).unwrap();
        record.keep(&suite, &[], true, true).unwrap();
        assert!(record.failed(&suite).unwrap().is_some());
    }

    #[test]
    fn a_damaged_record_is_refuted_by_a_whole_check() {
        let folder = tempfile::tempdir().unwrap();
        let record = CheckRecord::in_directory(folder.path().to_path_buf());
        let suite = info("one");
        fs::write(record.file(&suite), "{").unwrap();
        assert!(record.failed(&suite).is_err());
        record.keep(&suite, &[], true, false).unwrap();
        assert_eq!(record.failed(&suite).unwrap(), None);
    }
}
