//! Programs of two instances: what the judge finds, and what the candidate.

use assay_api::{Candidate, Entry, Limits, SourceFile, SuiteError, Task};
use serde_json::Value;

use super::DeclarativeSuite;
use super::manifest::GOLD;
use super::scoring::{ScoreTable, ToleranceTable, ValuesTable};
use super::suite::text;
use crate::score::{Calls, JUDGE, Questions, ValueTests, server};

/// The memory of a judge whose tests call the candidate's functions, in bytes.
const CALLING_MEMORY: u64 = 256 << 20;

impl DeclarativeSuite {
    /// The entry and the judge's files, where the program's are `files`, the candidate's solution among them is the one at
    /// `path`, and the judge's tests, where the suite has some, those at `tests`.
    pub(super) fn judged(
        &self,
        task: &Task,
        path: &str,
        tests: Option<&str>,
        files: Vec<SourceFile>,
    ) -> Result<(Entry, Vec<SourceFile>), SuiteError> {
        let (judge, judges, main, candidates) = match (self.manifest.tables.score.as_ref(), tests) {
            (ScoreTable::Values(values), _) => {
                let server = server(path);
                let main = server.path.clone();
                (JUDGE, self.questions(task, values)?, main, files.into_iter().chain([server]).collect())
            }
            (ScoreTable::TestsTwoInstances { .. }, Some(tests)) => {
                // What is beside the solution may be the tests'.
                let (solution, others): (Vec<_>, Vec<_>) = files.into_iter().partition(|file| file.path == path);
                let candidate = Candidate { functions: true, ..self.candidate(path, solution) };
                return Ok((two(tests, candidate), others));
            }
            _ => return Err(SuiteError::Internal("an entry of kind `judged` has a strategy that judges".into())),
        };
        Ok((two(judge, self.candidate(&main, candidates)), judges))
    }

    /// What of this task's is called, and the file that defines it; `None` where its programs read standard input.
    pub(super) fn calls(&self, task: &Task) -> Result<Option<(Calls, &str)>, SuiteError> {
        let ScoreTable::StdinStdout { calls: Some(table), .. } = self.manifest.tables.score.as_ref() else {
            return Ok(None);
        };
        let calls = Calls::of(task, &table.function)?;
        Ok(calls.map(|calls| (calls, table.solution.as_str())))
    }

    /// The entry and the judge's files where the solution at `path`, one of the candidate's `files`, is called.
    pub(super) fn called(
        &self,
        task: &Task,
        calls: &Calls,
        path: &str,
        files: Vec<SourceFile>,
    ) -> Result<(Entry, Vec<SourceFile>), SuiteError> {
        let ScoreTable::StdinStdout { cases, .. } = self.manifest.tables.score.as_ref() else {
            return Err(SuiteError::Internal("calls are of the strategy `stdin-stdout`".into()));
        };
        let judges = calls.judges(task, &self.cases.of(task, cases)?);
        let candidates = files.into_iter().chain([Calls::candidate(path)]).collect();
        Ok((two(JUDGE, self.candidate(Calls::CANDIDATE, candidates)), judges))
    }

    fn candidate(&self, path: &str, files: Vec<SourceFile>) -> Candidate {
        let (path, limits) = (path.to_owned(), self.manifest.limits.clone());
        Candidate { path, functions: false, files, stdin: String::new(), limits }
    }

    /// What the judge finds.
    fn questions(&self, task: &Task, values: &ValuesTable) -> Result<Vec<SourceFile>, SuiteError> {
        let gold = match values.gold {
            Some(_) => Some(self.render(GOLD, task, &self.context(task, None))?),
            None => None,
        };
        let tests = values.tests.iter().map(|tests| {
            let expected = tests.expected.as_ref().map(|field| json(task, field)).transpose()?;
            Ok(ValueTests { name: tests.name.clone(), inputs: json(task, &tests.inputs)?, expected })
        });
        let questions = Questions {
            task_id: task.id.clone(),
            variant: self.manifest.info().variant.clone().unwrap_or_default(),
            function: text(task, &values.function)?.to_owned(),
            oracle: values.oracle,
            gold,
            absolute: tolerance(task, values.absolute.as_ref())?,
            relative: tolerance(task, values.relative.as_ref())?,
            tests: tests.collect::<Result<_, SuiteError>>()?,
        };
        Ok(questions.files())
    }
}

/// What bounds a program that starts at `entry`, where the manifest's limits bound the solution.
///
/// Tests that only call functions have no more in memory than they were written with and what a few messages of 16 MiB say.
/// They get no more than that needs, since programs that run at once count with all of their limits, and these are two
/// instances each.
pub(super) fn limits(entry: &Entry, solution: &Limits) -> Limits {
    match entry {
        Entry::Judged { candidate, .. } if candidate.functions => {
            Limits { memory_bytes: solution.memory_bytes.min(CALLING_MEMORY), ..solution.clone() }
        }
        _ => solution.clone(),
    }
}

/// The JSON text of a field: where the manifest keeps it verbatim, it is that already.
fn json(task: &Task, field: &str) -> Result<String, SuiteError> {
    match task.fields.get(field) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(value) => Ok(value.to_string()),
        None => Err(SuiteError::Task { task_id: task.id.clone(), message: format!("field `{field}` is missing") }),
    }
}

fn tolerance(task: &Task, table: Option<&ToleranceTable>) -> Result<f64, SuiteError> {
    let field = match table {
        None => return Ok(0.0),
        Some(ToleranceTable::Number(number)) => return Ok(*number),
        Some(ToleranceTable::Field(field)) => field,
    };
    task.fields.get(field).and_then(Value::as_f64).ok_or_else(|| SuiteError::Task {
        task_id: task.id.clone(),
        message: format!("field `{field}`, a tolerance, is missing or no number"),
    })
}

fn two(judge: &str, candidate: Candidate) -> Entry {
    Entry::Judged { judge: judge.to_owned(), candidate: Box::new(candidate) }
}
