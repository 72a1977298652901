//! Programs of two instances: what the judge finds, and what the candidate.

use assay_api::{Candidate, Entry, SourceFile, SuiteError, Task};
use serde_json::Value;

use super::DeclarativeSuite;
use super::manifest::GOLD;
use super::suite::text;
use super::tables::{ScoreTable, ToleranceTable, ValuesTable};
use crate::score::{JUDGE, Questions, ValueTests, server};

impl DeclarativeSuite {
    /// The entry and the judge's files, where the candidate has `files` and its solution is the one at `path`.
    pub(super) fn judged(
        &self,
        task: &Task,
        path: &str,
        mut files: Vec<SourceFile>,
    ) -> Result<(Entry, Vec<SourceFile>), SuiteError> {
        let ScoreTable::Values(values) = self.manifest.tables.score.as_ref() else {
            return Err(SuiteError::Internal("an entry of kind `judged` has a strategy that judges".into()));
        };
        let judge = self.questions(task, values)?;
        let server = server(path);
        let candidate = Candidate {
            path: server.path.clone(),
            files: {
                files.push(server);
                files
            },
            stdin: String::new(),
            limits: self.manifest.limits.clone(),
        };
        Ok((Entry::Judged { judge: JUDGE.into(), candidate: Box::new(candidate) }, judge))
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
