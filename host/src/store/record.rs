use std::collections::BTreeMap;
use std::path::Path;

use assay_api::{Scored, Verdict};
use rusqlite::ffi::SQLITE_CONSTRAINT_FOREIGNKEY;
use rusqlite::{Connection, params};

use super::content::{put_outcome, put_program, put_request, to_integer, to_json};
use super::{
    Execution, Metric, RequestFailure, RunFile, SampleKey, SampleResult, StoreError, StoredCompletion, TaskRecord,
};
use crate::models::ModelFacts;

/// Why the file takes a row no more.
enum Refused {
    /// The task's prompt is another one than the file has.
    OtherPrompt { suite: String, task_id: String },
    /// The sample's completion is another one than the file has.
    OtherCompletion(SampleKey),
    /// The sample has a verdict other than infra.
    Finished(SampleKey),
    /// The sample's task is not in the file.
    NoTask(SampleKey),
    /// SQLite failed.
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for Refused {
    fn from(error: rusqlite::Error) -> Self {
        Refused::Sqlite(error)
    }
}

impl Refused {
    fn into_error(self, path: &Path, doing: &'static str) -> StoreError {
        let file = || path.to_owned();
        match self {
            Refused::OtherPrompt { suite, task_id } => StoreError::PromptChanged { path: file(), suite, task_id },
            Refused::OtherCompletion(key) => StoreError::OtherCompletion { path: file(), key },
            Refused::Finished(key) => StoreError::AlreadyFinished { path: file(), key },
            Refused::NoTask(key) => StoreError::UnknownTask { path: file(), key },
            Refused::Sqlite(error) => StoreError::sqlite(path, doing, error),
        }
    }
}

impl RunFile {
    /// Records the tasks that the run covers; those that it has already are left alone.
    ///
    /// # Errors
    /// When a task's prompt has changed since the run was started, or the file can't be written.
    pub fn record_tasks(&mut self, tasks: &[TaskRecord]) -> Result<(), StoreError> {
        self.write("record the tasks", |conn| tasks.iter().try_for_each(|task| put_task(conn, task)))
    }

    /// Records a completion before it is executed, so that the model is never asked for it again.
    ///
    /// # Errors
    /// When the sample has another completion already, its task is not recorded, or the file can't be written.
    pub fn record_completion(&mut self, key: &SampleKey, completion: &StoredCompletion) -> Result<(), StoreError> {
        self.write("record a completion", |conn| put_completion(conn, key, completion))
    }

    /// Records that a request failed for good. The sample's verdict is infra or context_overflow until a later invocation asks again.
    ///
    /// # Errors
    /// When the sample has a verdict already, its task is not recorded, or the file can't be written.
    pub fn record_failure(&mut self, key: &SampleKey, failure: &RequestFailure) -> Result<(), StoreError> {
        let sample = SampleResult {
            key: key.clone(),
            completions: Vec::new(),
            solution: None,
            executions: Vec::new(),
            verdict: failure_verdict(failure),
            scores: BTreeMap::new(),
        };
        self.write("record a failure", |conn| {
            put_sample(conn, &sample)?;
            put_failure(conn, key, "request", failure)
        })
    }

    /// Records everything of a finished sample; afterwards it survives the death of the process.
    ///
    /// # Errors
    /// As [`RunFile::record_batch`].
    pub fn record(&mut self, sample: &SampleResult) -> Result<(), StoreError> {
        self.record_batch(std::slice::from_ref(sample))
    }

    /// Records several samples in one transaction: all of them or, on an error, none.
    ///
    /// # Errors
    /// When a sample has a verdict other than infra already, has another completion already, belongs to a task that
    /// is not recorded, or the file can't be written.
    pub fn record_batch(&mut self, samples: &[SampleResult]) -> Result<(), StoreError> {
        self.write("record a sample", |conn| samples.iter().try_for_each(|sample| put_result(conn, sample)))
    }

    /// Takes over samples of another run as they are there, in one transaction: what the infrastructure did to them is
    /// history, which [comes apart](RunFile::adopt_history).
    ///
    /// # Errors
    /// As [`RunFile::record_batch`].
    pub fn adopt(&mut self, samples: &[SampleResult]) -> Result<(), StoreError> {
        self.write("record a sample", |conn| {
            samples.iter().try_for_each(|sample| {
                put_completions(conn, sample)?;
                put_sample(conn, sample)?;
                put_executions(conn, sample)
            })
        })
    }

    /// Replaces the metrics and returns the results digest that is stored with them. Both go when a later sample is
    /// recorded.
    ///
    /// # Errors
    /// When a value is not a number, two metrics have the same name, or the file can't be written.
    pub fn record_metrics(&mut self, metrics: &[Metric]) -> Result<String, StoreError> {
        let digest = self.reader.results_digest()?;
        let done: rusqlite::Result<()> = self.transaction(|conn| {
            forget_metrics(conn)?;
            conn.execute("UPDATE run SET results_digest = ?1", [&digest])?;
            metrics.iter().try_for_each(|metric| put_metric(conn, metric))
        });
        done.map_err(|e| StoreError::sqlite(self.reader.path(), "record the metrics", e))?;
        self.reported = true;
        Ok(digest)
    }

    /// Records what the user's `models.toml` says of the model, in place of what it said before.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn record_model_facts(&mut self, facts: Option<&ModelFacts>) -> Result<(), StoreError> {
        let facts = facts.map(to_json);
        let done: rusqlite::Result<usize> =
            self.transaction(|conn| conn.execute("UPDATE run SET model_facts = ?1", [&facts]));
        done.map_err(|e| StoreError::sqlite(self.reader.path(), "record the model's facts", e))?;
        Ok(())
    }

    fn write(
        &mut self,
        doing: &'static str,
        work: impl FnOnce(&Connection) -> Result<(), Refused>,
    ) -> Result<(), StoreError> {
        let reported = self.reported;
        let done = self.transaction(|conn| {
            if reported {
                forget_metrics(conn)?;
            }
            work(conn)
        });
        done.map_err(|refused| refused.into_error(self.reader.path(), doing))?;
        self.reported = false;
        Ok(())
    }
}

fn failure_verdict(failure: &RequestFailure) -> Verdict {
    let why = failure.message.clone();
    if failure.context_overflow { Verdict::ContextOverflow { why } } else { Verdict::Infra { why } }
}

fn put_task(conn: &Connection, task: &TaskRecord) -> Result<(), Refused> {
    let prompt = task.prompt.as_ref().map(|request| put_request(conn, request)).transpose()?;
    let added = conn
        .prepare_cached(
            "INSERT INTO task (suite, task_id, ordinal, subset, prompt, gold_fuel, fuel_limit)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            task.suite,
            task.task_id,
            task.ordinal,
            task.subset,
            prompt,
            task.fuel.and_then(|fuel| fuel.gold).map(to_integer),
            task.fuel.map(|fuel| to_integer(fuel.limit))
        ])?;
    if added > 0 {
        return Ok(());
    }
    let known: Option<String> = conn
        .prepare_cached("SELECT prompt FROM task WHERE suite = ?1 AND task_id = ?2")?
        .query_row([&task.suite, &task.task_id], |row| row.get(0))?;
    if known == prompt {
        Ok(())
    } else {
        Err(Refused::OtherPrompt { suite: task.suite.clone(), task_id: task.task_id.clone() })
    }
}

fn put_result(conn: &Connection, sample: &SampleResult) -> Result<(), Refused> {
    put_completions(conn, sample)?;
    put_sample(conn, sample)?;
    if let Verdict::Infra { why } = &sample.verdict {
        return put_failure(conn, &sample.key, "execution", &execution_failure(why));
    }
    put_executions(conn, sample)
}

fn put_completions(conn: &Connection, sample: &SampleResult) -> Result<(), Refused> {
    sample.completions.iter().try_for_each(|completion| put_completion(conn, &sample.key, completion))
}

fn put_executions(conn: &Connection, sample: &SampleResult) -> Result<(), Refused> {
    let mut place = (0, 0);
    for execution in &sample.executions {
        place = if execution.turn == place.0 { place } else { (execution.turn, 0) };
        put_execution(conn, &sample.key, execution, place.1)?;
        place.1 += 1;
    }
    Ok(())
}

fn execution_failure(why: &str) -> RequestFailure {
    RequestFailure { attempts: 1, message: why.to_owned(), context_overflow: false }
}

fn put_completion(conn: &Connection, key: &SampleKey, stored: &StoredCompletion) -> Result<(), Refused> {
    let request = stored.request.as_ref().map(|request| put_request(conn, request)).transpose()?;
    let kind = to_json(&stored.completion.kind);
    let kind = kind.trim_matches('"');
    let added = conn
        .prepare_cached(
            "INSERT INTO completion (suite, task_id, sample_index, turn, request, kind, text, reasoning, finish,
                 prompt_tokens, completion_tokens, first_token_ms, total_ms, attempts, logprobs)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15) ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            key.suite,
            key.task_id,
            key.sample_index,
            stored.turn,
            request,
            kind,
            stored.completion.text,
            stored.reasoning,
            stored.finish,
            stored.tokens.prompt.map(to_integer),
            stored.tokens.completion.map(to_integer),
            stored.first_token_ms.map(to_integer),
            stored.total_ms.map(to_integer),
            stored.attempts,
            stored.logprobs
        ])
        .map_err(|error| no_task(error, key))?;
    let same = "SELECT 1 FROM completion WHERE suite = ?1 AND task_id = ?2 AND sample_index = ?3 AND turn = ?4
                AND request IS ?5 AND kind = ?6 AND text = ?7 AND finish IS ?8";
    let known = params![
        key.suite,
        key.task_id,
        key.sample_index,
        stored.turn,
        request,
        kind,
        stored.completion.text,
        stored.finish
    ];
    if added > 0 || conn.prepare_cached(same)?.exists(known)? {
        Ok(())
    } else {
        Err(Refused::OtherCompletion(key.clone()))
    }
}

/// Writes the sample's own row, over that of one that was never judged.
fn put_sample(conn: &Connection, sample: &SampleResult) -> Result<(), Refused> {
    let key = &sample.key;
    let scored = Scored { verdict: sample.verdict.clone(), scores: sample.scores.clone() };
    let cause = match &sample.verdict {
        Verdict::Failed(failure) => Some(&failure.cause),
        _ => None,
    };
    let written = conn
        .prepare_cached(
            "INSERT INTO sample (suite, task_id, sample_index, solution, rule, verdict, cause, detail, verdict_json)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             ON CONFLICT (suite, task_id, sample_index) DO UPDATE SET solution = excluded.solution,
                 rule = excluded.rule, verdict = excluded.verdict, cause = excluded.cause,
                 detail = excluded.detail, verdict_json = excluded.verdict_json
             WHERE sample.verdict IN ('infra', 'context_overflow')",
        )?
        .execute(params![
            key.suite,
            key.task_id,
            key.sample_index,
            sample.solution.as_ref().map(|s| &s.code),
            sample.solution.as_ref().map(|s| &s.rule),
            sample.verdict.kind().name(),
            cause,
            sample.verdict.detail(),
            to_json(&scored)
        ])
        .map_err(|error| no_task(error, key))?;
    if written > 0 { Ok(()) } else { Err(Refused::Finished(key.clone())) }
}

fn put_execution(conn: &Connection, key: &SampleKey, execution: &Execution, position: u32) -> Result<(), Refused> {
    let program = put_program(conn, &execution.program)?;
    let outcome = put_outcome(conn, &execution.outcome)?;
    conn.prepare_cached(
        "INSERT INTO execution (suite, task_id, sample_index, turn, position, program, runtime, outcome)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        key.suite,
        key.task_id,
        key.sample_index,
        execution.turn,
        position,
        program,
        execution.runtime,
        outcome
    ])?;
    Ok(())
}

fn put_failure(conn: &Connection, key: &SampleKey, stage: &str, failure: &RequestFailure) -> Result<(), Refused> {
    conn.prepare_cached(
        "INSERT INTO failure (suite, task_id, sample_index, stage, attempts, message) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![key.suite, key.task_id, key.sample_index, stage, failure.attempts, failure.message])?;
    Ok(())
}

fn put_metric(conn: &Connection, metric: &Metric) -> rusqlite::Result<()> {
    let (low, high) = metric.interval.unzip();
    conn.execute(
        "INSERT INTO metric (suite, name, k, value, low, high) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![metric.suite, metric.name, metric.k, metric.value, low, high],
    )?;
    Ok(())
}

fn forget_metrics(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute("DELETE FROM metric", [])?;
    conn.execute("UPDATE run SET results_digest = NULL", [])?;
    Ok(())
}

/// The task is the only other row that a completion or a sample needs.
fn no_task(error: rusqlite::Error, key: &SampleKey) -> Refused {
    match error.sqlite_error() {
        Some(e) if e.extended_code == SQLITE_CONSTRAINT_FOREIGNKEY => Refused::NoTask(key.clone()),
        _ => Refused::Sqlite(error),
    }
}
