//! Answers that are judged by their text: what is right, by a task's fields.

use assay_api::{SuiteError, Task, Verdict};
use serde::Deserialize;
use serde_json::Value;

use super::DeclarativeSuite;
use super::scoring::ScoreTable;
use crate::score::{self, Ignored, Pattern, Pick};

#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct ExactTable {
    pub(super) expected: String,
    #[serde(default)]
    pub(super) ignore: Vec<Ignored>,
}

#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct RegexTable {
    #[cfg_attr(test, schemars(with = "String"))]
    pub(super) pattern: Pattern,
    #[serde(default)]
    pub(super) pick: Pick,
    pub(super) expected: Option<String>,
    #[serde(default)]
    pub(super) ignore: Vec<Ignored>,
}

#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct ChoiceTable {
    pub(super) choices: String,
    pub(super) expected: String,
}

impl ScoreTable {
    /// The field with the right answer, where answers are judged by their text.
    pub(super) fn expected(&self) -> Option<&String> {
        match self {
            ScoreTable::Exact(table) => Some(&table.expected),
            ScoreTable::Regex(table) => table.expected.as_ref(),
            ScoreTable::Choice(table) => Some(&table.expected),
            _ => None,
        }
    }

    /// Whether answers are judged by their text: nothing is executed.
    pub(super) fn is_of_text(&self) -> bool {
        matches!(self, ScoreTable::Exact(_) | ScoreTable::Regex(_) | ScoreTable::Choice(_))
    }
}

impl DeclarativeSuite {
    /// The verdict on the answer `text`, where the strategy is one that judges texts.
    pub(super) fn of_text(&self, task: &Task, text: &str) -> Result<Option<Verdict>, SuiteError> {
        Ok(Some(match self.manifest.tables.score.as_ref() {
            ScoreTable::Exact(table) => score::exact(text, &texts(task, &table.expected)?, &table.ignore),
            ScoreTable::Regex(table) => {
                let expected = table.expected.as_ref().map(|field| texts(task, field)).transpose()?;
                score::pattern(text, &table.pattern, table.pick, expected.as_deref(), &table.ignore)
            }
            ScoreTable::Choice(table) => {
                let (letters, right) = right(task, table)?;
                score::choice(text, letters, right)
            }
            _ => return Ok(None),
        }))
    }
}

/// The texts that a field has: itself, or its items.
fn texts(task: &Task, field: &str) -> Result<Vec<String>, SuiteError> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let found = match task.fields.get(field) {
        Some(Value::Array(items)) => items.iter().map(text).collect(),
        Some(value) => text(value).map(|text| vec![text]),
        None => None,
    };
    found.ok_or_else(|| failed(task, format!("field `{field}` is missing, or no text, number, or list of these")))
}

/// The letters of a task's choices, and that of the right one.
fn right(task: &Task, table: &ChoiceTable) -> Result<(score::Letters, char), SuiteError> {
    let ChoiceTable { choices, expected } = table;
    let count = match task.fields.get(choices) {
        Some(Value::Array(items)) => Some(items.len()),
        Some(Value::Object(items)) => Some(items.len()),
        _ => None,
    };
    let letters = count.and_then(score::Letters::new);
    let letters = letters.ok_or_else(|| failed(task, format!("field `{choices}` is not a list of 1 to 26 choices")))?;
    let index = match task.fields.get(expected) {
        Some(Value::Number(number)) => number.as_u64().and_then(|index| usize::try_from(index).ok()),
        Some(Value::String(letter)) => match *letter.trim().as_bytes() {
            [letter] => letter.to_ascii_uppercase().checked_sub(b'A').map(usize::from),
            _ => None,
        },
        _ => None,
    };
    let right = index.and_then(|index| letters.nth(index));
    let right = right.ok_or_else(|| {
        failed(task, format!("field `{expected}` is not the letter of a choice, nor its place, from 0"))
    })?;
    Ok((letters, right))
}

fn failed(task: &Task, message: String) -> SuiteError {
    SuiteError::Task { task_id: task.id.clone(), message }
}
