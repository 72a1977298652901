//! What a run file remembers of how it came about.

use rusqlite::params;
use serde::Serialize;

use super::content::from_json;
use super::reader::key;
use super::{CommandLine, RunFile, RunReader, SampleKey, StoreError};

/// A command that wrote to the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Invocation {
    /// When, in UTC as ISO 8601.
    pub started: String,
    /// The version of Assay.
    pub tool_version: String,
    /// Its arguments, without credentials.
    pub command: CommandLine,
}

/// An infrastructure failure that a sample met with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PastFailure {
    /// When, in UTC as ISO 8601.
    pub at: String,
    /// Which sample.
    pub key: SampleKey,
    /// `request` or `execution`.
    pub stage: String,
    /// Tries made.
    pub attempts: u32,
    /// Why the last one failed.
    pub message: String,
}

impl RunReader {
    /// When the run was started, in UTC as ISO 8601.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn created(&self) -> Result<String, StoreError> {
        Ok(self.all("SELECT created FROM run", [], |row| row.get(0))?.into_iter().next().unwrap_or_default())
    }

    /// The commands that wrote to the run, the first one first.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn invocations(&self) -> Result<Vec<Invocation>, StoreError> {
        self.all("SELECT started, tool_version, command FROM invocation ORDER BY id", [], |row| {
            Ok(Invocation { started: row.get(0)?, tool_version: row.get(1)?, command: from_json(row, 2)? })
        })
    }

    /// The infrastructure failures, in the order in which they were recorded.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn failures(&self) -> Result<Vec<PastFailure>, StoreError> {
        let sql = "SELECT suite, task_id, sample_index, at, stage, attempts, message FROM failure ORDER BY id";
        self.all(sql, [], |row| {
            let (at, stage, attempts, message) = (row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?);
            Ok(PastFailure { key: key(row)?, at, stage, attempts, message })
        })
    }
}

impl RunFile {
    /// Puts the history of other runs, whose samples this one takes over, before its own.
    ///
    /// # Errors
    /// When a failure's task is not recorded, or the file can't be written.
    pub fn adopt_history(
        &mut self,
        created: &str,
        invocations: &[Invocation],
        failures: &[PastFailure],
    ) -> Result<(), StoreError> {
        let own = self.reader().invocations()?;
        let done: rusqlite::Result<()> = self.transaction(|conn| {
            conn.execute("UPDATE run SET created = ?1", [created])?;
            conn.execute("DELETE FROM invocation", [])?;
            for Invocation { started, tool_version, command } in invocations.iter().chain(&own) {
                let command = super::content::to_json(command);
                conn.prepare_cached("INSERT INTO invocation (started, tool_version, command) VALUES (?1, ?2, ?3)")?
                    .execute(params![started, tool_version, command])?;
            }
            for PastFailure { at, key, stage, attempts, message } in failures {
                conn.prepare_cached(
                    "INSERT INTO failure (at, suite, task_id, sample_index, stage, attempts, message)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                )?
                .execute(params![
                    at,
                    key.suite,
                    key.task_id,
                    key.sample_index,
                    stage,
                    attempts,
                    message
                ])?;
            }
            Ok(())
        });
        done.map_err(|e| StoreError::sqlite(self.reader().path(), "record the history", e))
    }
}
