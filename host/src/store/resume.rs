use std::collections::BTreeMap;

use assay_api::Verdict;

use super::content::from_json;
use super::reader::{COMPLETION_COLUMNS, completion, key};
use super::{RunFile, SampleKey, StoreError, StoredCompletion};

/// A sample whose answer is stored and whose verdict is missing.
#[derive(Debug, Clone, PartialEq)]
pub struct PendingSample {
    /// Which sample.
    pub key: SampleKey,
    /// Its completions by turn; at least one.
    pub completions: Vec<StoredCompletion>,
}

impl RunFile {
    /// The samples that need nothing more, with their verdicts. One that ended as infra or context_overflow is not among them: it is
    /// [`pending`](RunFile::pending) when its completion is stored, else to be asked for again.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn finished(&self) -> Result<BTreeMap<SampleKey, Verdict>, StoreError> {
        let sql = "SELECT suite, task_id, sample_index, verdict_json FROM sample 
             WHERE verdict NOT IN ('infra', 'context_overflow')";
        let rows = self.reader.all(sql, [], |row| Ok((key(row)?, from_json(row, 3)?)))?;
        Ok(rows.into_iter().collect())
    }

    /// The samples to execute without asking the model again, sorted by key.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn pending(&self) -> Result<Vec<PendingSample>, StoreError> {
        let sql = format!(
            "SELECT {COMPLETION_COLUMNS} FROM completion AS c
             LEFT JOIN request AS r ON r.digest = c.request
             LEFT JOIN sample AS s
                 ON s.suite = c.suite AND s.task_id = c.task_id AND s.sample_index = c.sample_index
             WHERE s.verdict IS NULL OR s.verdict IN ('infra', 'context_overflow')
             ORDER BY c.suite, c.task_id, c.sample_index, c.turn"
        );
        let mut pending: Vec<PendingSample> = Vec::new();
        for (key, completion) in self.reader.all(&sql, [], |row| Ok((key(row)?, completion(row)?)))? {
            match pending.last_mut() {
                Some(last) if last.key == key => last.completions.push(completion),
                _ => pending.push(PendingSample { key, completions: vec![completion] }),
            }
        }
        Ok(pending)
    }
}
