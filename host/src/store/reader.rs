use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use assay_api::{Completion, Outcome, Program, Scored, Solution};
use rusqlite::{Connection, Params, Row};
use serde_json::Value;

use super::config::identity_digest;
use super::content::{self, from_json, unsigned, unsigned_or_null};
use super::{
    Execution, Metric, RunConfig, RunSettings, SampleKey, SampleResult, StoreError, StoredCompletion, StoredExecution,
    StoredSample, TaskFuel, TaskRecord, TokenCounts, results_digest,
};

/// Reads a run, while it is written or after.
#[derive(Debug)]
pub struct RunReader {
    pub(super) conn: Connection,
    pub(super) path: PathBuf,
    pub(super) format: u32,
    pub(super) repaired: bool,
}

/// The columns that [`completion`] reads, from column 3 on; before them stands the sample's key.
pub(super) const COMPLETION_COLUMNS: &str = "c.suite, c.task_id, c.sample_index, c.turn, r.request, c.kind, c.text,
    c.reasoning, c.finish, c.prompt_tokens, c.completion_tokens, c.first_token_ms, c.total_ms, c.attempts";

impl RunReader {
    /// The file, absolute.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its format; newer than [`FORMAT`](super::FORMAT) when a newer Assay wrote it.
    #[must_use]
    pub fn format(&self) -> u32 {
        self.format
    }

    /// Whether a change that its dead writer had begun was undone to read it.
    #[must_use]
    pub fn was_repaired(&self) -> bool {
        self.repaired
    }

    /// What the run is, with the settings and the command of its last invocation.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn config(&self) -> Result<RunConfig, StoreError> {
        self.check_identity()?;
        let command = "(SELECT command FROM invocation ORDER BY id DESC LIMIT 1)";
        self.one(&format!("SELECT identity, settings, {command} FROM run"), |row| {
            Ok(RunConfig { identity: from_json(row, 0)?, settings: from_json(row, 1)?, command: from_json(row, 2)? })
        })
    }

    /// The tasks that the run covers, by suite and in the suite's order.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn load_tasks(&self) -> Result<Vec<TaskRecord>, StoreError> {
        let fuel = if self.format == 1 { "NULL, NULL" } else { "t.gold_fuel, t.fuel_limit" };
        let sql = format!(
            "SELECT t.suite, t.task_id, t.ordinal, t.subset, r.request, {fuel} FROM task AS t
             LEFT JOIN request AS r ON r.digest = t.prompt ORDER BY t.suite, t.ordinal, t.task_id"
        );
        self.all(&sql, [], |row| {
            let gold = unsigned_or_null(row, 5)?;
            Ok(TaskRecord {
                suite: row.get(0)?,
                task_id: row.get(1)?,
                ordinal: row.get(2)?,
                subset: row.get(3)?,
                prompt: from_json(row, 4)?,
                fuel: unsigned_or_null(row, 6)?.map(|limit| TaskFuel { gold, limit }),
            })
        })
    }

    /// Every sample that has a verdict, infra included, sorted by key.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn load_results(&self) -> Result<Vec<StoredSample>, StoreError> {
        let sql = "SELECT s.suite, s.task_id, s.sample_index, t.subset, s.verdict_json, s.rule, count(c.turn),
                       sum(c.prompt_tokens), sum(c.completion_tokens),
                       max(CASE WHEN c.turn = 0 THEN c.first_token_ms END), sum(c.total_ms)
                   FROM sample AS s
                   JOIN task AS t ON t.suite = s.suite AND t.task_id = s.task_id
                   LEFT JOIN completion AS c
                       ON c.suite = s.suite AND c.task_id = s.task_id AND c.sample_index = s.sample_index
                   GROUP BY s.suite, s.task_id, s.sample_index
                   ORDER BY s.suite, s.task_id, s.sample_index";
        let mut executions = self.executions()?;
        let mut samples = self.all(sql, [], |row| {
            let Scored { verdict, scores } = from_json(row, 4)?;
            Ok(StoredSample {
                key: key(row)?,
                subset: row.get(3)?,
                verdict,
                scores,
                rule: row.get(5)?,
                turns: row.get(6)?,
                tokens: TokenCounts { prompt: unsigned_or_null(row, 7)?, completion: unsigned_or_null(row, 8)? },
                first_token_ms: unsigned_or_null(row, 9)?,
                total_ms: unsigned_or_null(row, 10)?,
                executions: Vec::new(),
            })
        })?;
        for sample in &mut samples {
            sample.executions = executions.remove(&sample.key).unwrap_or_default();
        }
        Ok(samples)
    }

    /// The [`results_digest`] of every sample that has a verdict.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn results_digest(&self) -> Result<String, StoreError> {
        let samples = self.load_results()?;
        Ok(results_digest(
            samples
                .iter()
                .map(|s| (&s.key, s.verdict.kind(), s.executions.iter().map(|e| e.outcome.as_str()).collect())),
        ))
    }

    /// The completions of a sample by turn.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn completions(&self, key: &SampleKey) -> Result<Vec<StoredCompletion>, StoreError> {
        let sql = format!(
            "SELECT {COMPLETION_COLUMNS} FROM completion AS c LEFT JOIN request AS r ON r.digest = c.request
             WHERE c.suite = ?1 AND c.task_id = ?2 AND c.sample_index = ?3 ORDER BY c.turn"
        );
        self.all(&sql, (&key.suite, &key.task_id, key.sample_index), completion)
    }

    /// The code of a sample that was judged; `None` when there is none or no verdict yet.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn solution(&self, key: &SampleKey) -> Result<Option<String>, StoreError> {
        let sql = "SELECT solution FROM sample WHERE suite = ?1 AND task_id = ?2 AND sample_index = ?3";
        let found = self.all(sql, (&key.suite, &key.task_id, key.sample_index), |row| row.get(0))?;
        Ok(found.into_iter().next().flatten())
    }

    /// Every sample that has a completion or a verdict, by suite and in the suite's order of tasks.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn samples(&self) -> Result<Vec<SampleKey>, StoreError> {
        let sql = "SELECT k.suite, k.task_id, k.sample_index
                   FROM (SELECT suite, task_id, sample_index FROM sample
                         UNION SELECT suite, task_id, sample_index FROM completion) AS k
                   JOIN task AS t ON t.suite = k.suite AND t.task_id = k.task_id
                   ORDER BY k.suite, t.ordinal, k.task_id, k.sample_index";
        self.all(sql, [], key)
    }

    /// Everything about a sample that has a verdict, as it was recorded; `None` when it has none.
    ///
    /// # Errors
    /// When the file can't be read, or lacks what the sample names.
    pub fn result(&self, key: &SampleKey) -> Result<Option<SampleResult>, StoreError> {
        let sample = "SELECT solution, rule, verdict_json FROM sample
                      WHERE suite = ?1 AND task_id = ?2 AND sample_index = ?3";
        let found = self.all(sample, (&key.suite, &key.task_id, key.sample_index), |row| {
            let (code, rule): (Option<String>, Option<String>) = (row.get(0)?, row.get(1)?);
            let solution = code.map(|code| Solution { code, rule: rule.unwrap_or_default() });
            Ok((solution, from_json::<Scored>(row, 2)?))
        })?;
        let Some((solution, Scored { verdict, scores })) = found.into_iter().next() else { return Ok(None) };
        let (completions, executions) = (self.completions(key)?, self.executions_of(key)?);
        Ok(Some(SampleResult { key: key.clone(), completions, solution, executions, verdict, scores }))
    }

    fn executions_of(&self, key: &SampleKey) -> Result<Vec<Execution>, StoreError> {
        let sql = "SELECT turn, program, runtime, outcome FROM execution
                   WHERE suite = ?1 AND task_id = ?2 AND sample_index = ?3 ORDER BY turn, position";
        let rows = self.all(sql, (&key.suite, &key.task_id, key.sample_index), |row| {
            Ok((row.get(0)?, row.get::<_, String>(1)?, row.get(2)?, row.get::<_, String>(3)?))
        })?;
        let missing = |what: &str, digest: &str| StoreError::Damaged {
            path: self.path.clone(),
            detail: format!("sample {key} names the {what} {digest}, which is not there"),
        };
        let mut executions = Vec::with_capacity(rows.len());
        for (turn, program, runtime, outcome) in rows {
            let program = self.program(&program)?.ok_or_else(|| missing("program", &program))?;
            let outcome = self.outcome(&outcome)?.ok_or_else(|| missing("outcome", &outcome))?;
            executions.push(Execution { turn, program, runtime, outcome });
        }
        Ok(executions)
    }

    /// What is wrong with the file itself: pages, indices and references. Reads all of it.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn integrity(&self) -> Result<Vec<String>, StoreError> {
        let mut wrong = self.all("PRAGMA integrity_check", [], |row| row.get::<_, String>(0))?;
        wrong.retain(|line| line != "ok");
        let dangling = self.all("PRAGMA foreign_key_check", [], |row| {
            Ok(format!(
                "a row of {} names one of {} that is not there",
                row.get::<_, String>(0)?,
                row.get::<_, String>(2)?
            ))
        })?;
        wrong.extend(dangling);
        Ok(wrong)
    }

    /// The same run as it is now: what another process writes to it meanwhile is not seen. Not to be kept for long: where
    /// nobody writes the run yet, nobody can begin to before this is dropped.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn at_this_moment(self) -> Result<Self, StoreError> {
        let begin = self.conn.execute_batch("BEGIN; SELECT count(*) FROM run");
        begin.map_err(|e| self.unreadable(e))?;
        Ok(self)
    }

    /// The program with this digest.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn program(&self, digest: &str) -> Result<Option<Program>, StoreError> {
        content::program(&self.conn, digest).map_err(|e| self.unreadable(e))
    }

    /// The outcome with this digest.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn outcome(&self, digest: &str) -> Result<Option<Outcome>, StoreError> {
        content::outcome(&self.conn, digest).map_err(|e| self.unreadable(e))
    }

    /// The metrics of the last report, and the results digest that they were computed from; `None` when samples
    /// have changed since.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn metrics(&self) -> Result<Option<(Vec<Metric>, String)>, StoreError> {
        let sql = "SELECT suite, name, k, value, low, high FROM metric ORDER BY suite, name, k";
        let metrics = self.all(sql, [], |row| {
            let (low, high): (Option<f64>, Option<f64>) = (row.get(4)?, row.get(5)?);
            Ok(Metric {
                suite: row.get(0)?,
                name: row.get(1)?,
                k: row.get(2)?,
                value: row.get(3)?,
                interval: low.zip(high),
            })
        })?;
        let digest: Option<String> = self.one("SELECT results_digest FROM run", |row| row.get(0))?;
        Ok(digest.map(|digest| (metrics, digest)))
    }

    /// The identity as it is stored, and the settings of the last invocation.
    pub(super) fn started_with(&self) -> Result<(Value, RunSettings), StoreError> {
        self.check_identity()?;
        self.one("SELECT identity, settings FROM run", |row| Ok((from_json(row, 0)?, from_json(row, 1)?)))
    }

    /// Everything is looked up by what the identity says: one that is altered would show a run that has nothing.
    fn check_identity(&self) -> Result<(), StoreError> {
        let (identity, digest): (Value, String) =
            self.one("SELECT identity, config_digest FROM run", |row| Ok((from_json(row, 0)?, row.get(1)?)))?;
        // How a newer format makes its digest is not known.
        if self.format > super::FORMAT || identity_digest(&identity) == digest {
            return Ok(());
        }
        Err(StoreError::Damaged { path: self.path.clone(), detail: "its identity is not what its digest says".into() })
    }

    fn executions(&self) -> Result<BTreeMap<SampleKey, Vec<StoredExecution>>, StoreError> {
        let sql = "SELECT e.suite, e.task_id, e.sample_index, e.turn, e.program, e.runtime, e.outcome, o.status,
                       o.fuel, o.peak_memory_bytes
                   FROM execution AS e JOIN outcome AS o ON o.digest = e.outcome
                   ORDER BY e.suite, e.task_id, e.sample_index, e.turn, e.position";
        let rows = self.all(sql, [], |row| {
            let execution = StoredExecution {
                turn: row.get(3)?,
                program: row.get(4)?,
                runtime: row.get(5)?,
                outcome: row.get(6)?,
                status: row.get(7)?,
                fuel: unsigned(row, 8)?,
                peak_memory_bytes: unsigned(row, 9)?,
            };
            Ok((key(row)?, execution))
        })?;
        let mut by_sample: BTreeMap<SampleKey, Vec<StoredExecution>> = BTreeMap::new();
        for (key, execution) in rows {
            by_sample.entry(key).or_default().push(execution);
        }
        Ok(by_sample)
    }

    /// Every row of a query.
    pub(super) fn all<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        let rows = || self.conn.prepare_cached(sql)?.query_map(params, read)?.collect::<rusqlite::Result<_>>();
        rows().map_err(|e| self.unreadable(e))
    }

    fn one<T>(&self, sql: &str, read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        self.conn.query_row(sql, [], read).map_err(|e| self.unreadable(e))
    }

    /// A value that can't be what this tool wrote is damage, and so is a table or column that is missing, unless a newer
    /// tool wrote it. SQLite has no code of its own for what is missing: it is `Unknown`, or wrong SQL.
    fn unreadable(&self, source: rusqlite::Error) -> StoreError {
        use rusqlite::Error::{
            FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType, QueryReturnedNoRows, SqlInputError,
        };
        let path = self.path.clone();
        match source {
            _ if self.format > super::FORMAT
                && source.sqlite_error_code().is_none_or(|c| c == rusqlite::ErrorCode::Unknown) =>
            {
                StoreError::Newer { path, format: self.format, supported: super::FORMAT }
            }
            FromSqlConversionFailure(..)
            | IntegralValueOutOfRange(..)
            | InvalidColumnType(..)
            | QueryReturnedNoRows => StoreError::Damaged { path, detail: source.to_string() },
            SqlInputError { msg, .. } => StoreError::Damaged { path, detail: msg },
            source if source.sqlite_error_code() == Some(rusqlite::ErrorCode::Unknown) => {
                StoreError::Damaged { path, detail: source.to_string() }
            }
            source => StoreError::sqlite(&path, "read the run", source),
        }
    }
}

/// The sample's key in columns 0 to 2.
pub(super) fn key(row: &Row<'_>) -> rusqlite::Result<SampleKey> {
    Ok(SampleKey { suite: row.get(0)?, task_id: row.get(1)?, sample_index: row.get(2)? })
}

/// A row of [`COMPLETION_COLUMNS`].
pub(super) fn completion(row: &Row<'_>) -> rusqlite::Result<StoredCompletion> {
    let kind = serde_json::from_value(Value::String(row.get(5)?));
    let kind =
        kind.map_err(|e| rusqlite::Error::FromSqlConversionFailure(5, rusqlite::types::Type::Text, Box::new(e)))?;
    Ok(StoredCompletion {
        turn: row.get(3)?,
        request: from_json(row, 4)?,
        completion: Completion { text: row.get(6)?, kind },
        reasoning: row.get(7)?,
        finish: row.get(8)?,
        tokens: TokenCounts { prompt: unsigned_or_null(row, 9)?, completion: unsigned_or_null(row, 10)? },
        first_token_ms: unsigned_or_null(row, 11)?,
        total_ms: unsigned_or_null(row, 12)?,
        attempts: row.get(13)?,
        logprobs: None,
    })
}
