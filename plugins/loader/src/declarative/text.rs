//! Answers that are judged by their text: what is right, by a task's fields.

use assay_api::{Scored, SuiteError, Task};
use serde::Deserialize;
use serde_json::Value;

use super::DeclarativeSuite;
use super::scoring::ScoreTable;
use crate::score::{self, ExpectedCalls, Ignored, Instruction, Pattern, Pick, RightCall};

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

#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct InstructionsTable {
    /// The field with the instructions' names.
    pub(super) instructions: String,
    /// The field with the arguments of each.
    pub(super) arguments: String,
}

#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct CallMatchTable {
    /// What an answer is to call.
    #[serde(default)]
    pub(super) expected: Expected,
    /// The field with the functions' descriptions.
    pub(super) functions: String,
    /// The field with the right calls, where there are some.
    pub(super) calls: String,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(super) enum Expected {
    #[default]
    Calls,
    NoCall,
    AnyCall,
}

impl ScoreTable {
    /// The fields that say what is right, where answers are judged by their text.
    pub(super) fn text_fields(&self) -> Vec<&String> {
        match self {
            ScoreTable::Exact(table) => vec![&table.expected],
            ScoreTable::Regex(table) => table.expected.iter().collect(),
            ScoreTable::Choice(table) => vec![&table.expected, &table.choices],
            ScoreTable::Instructions(table) => vec![&table.instructions, &table.arguments],
            ScoreTable::CallMatch(table) => match table.expected {
                Expected::Calls => vec![&table.functions, &table.calls],
                Expected::NoCall | Expected::AnyCall => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// Whether answers are judged by their text: nothing is executed.
    pub(super) fn is_of_text(&self) -> bool {
        matches!(
            self,
            ScoreTable::Exact(_)
                | ScoreTable::Regex(_)
                | ScoreTable::Choice(_)
                | ScoreTable::Instructions(_)
                | ScoreTable::CallMatch(_)
        )
    }
}

impl DeclarativeSuite {
    /// The verdict on the answer `text`, where the strategy is one that judges texts.
    pub(super) fn of_text(&self, task: &Task, text: &str) -> Result<Option<Scored>, SuiteError> {
        let verdict = match self.manifest.tables.score.as_ref() {
            ScoreTable::Exact(table) => score::exact(text, &texts(task, &table.expected)?, &table.ignore),
            ScoreTable::Regex(table) => {
                let expected = table.expected.as_ref().map(|field| texts(task, field)).transpose()?;
                score::pattern(text, &table.pattern, table.pick, expected.as_deref(), &table.ignore)
            }
            ScoreTable::Choice(table) => {
                let (letters, right) = right(task, table)?;
                score::choice(text, letters, right)
            }
            ScoreTable::Instructions(table) => {
                return Ok(Some(score::instructions(text, &instructions(task, table)?)));
            }
            ScoreTable::CallMatch(table) => score::call_match(text, &calls(task, table)?),
            _ => return Ok(None),
        };
        Ok(Some(verdict.into()))
    }

    /// A right answer, where the strategy knows one.
    pub(super) fn text_gold(&self, task: &Task) -> Result<Option<String>, SuiteError> {
        match self.manifest.tables.score.as_ref() {
            ScoreTable::CallMatch(table) => Ok(score::call_match_gold(&calls(task, table)?)),
            _ => Ok(None),
        }
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

/// The instructions of a task.
fn instructions(task: &Task, table: &InstructionsTable) -> Result<Vec<Instruction>, SuiteError> {
    let InstructionsTable { instructions, arguments } = table;
    let list = |field: &String| match task.fields.get(field) {
        Some(Value::Array(items)) if !items.is_empty() => Ok(items),
        _ => Err(failed(task, format!("field `{field}` is not a list with an item for each instruction"))),
    };
    let (names, given) = (list(instructions)?, list(arguments)?);
    if names.len() != given.len() {
        return Err(failed(task, format!("fields `{instructions}` and `{arguments}` are of different lengths")));
    }
    let instruction = |(name, given): (&Value, &Value)| match (name, given) {
        (Value::String(name), Value::Object(given)) => {
            Instruction::new(name, given).map_err(|message| failed(task, message))
        }
        _ => Err(failed(task, format!("`{instructions}` has what is no text, or `{arguments}` what is no object"))),
    };
    names.iter().zip(given).map(instruction).collect()
}

/// The calls that are right for a task.
fn calls(task: &Task, table: &CallMatchTable) -> Result<ExpectedCalls, SuiteError> {
    let list = |field: &String| match task.fields.get(field) {
        Some(Value::Array(items)) => Ok(items.as_slice()),
        _ => Err(failed(task, format!("field `{field}` is not a list"))),
    };
    match table.expected {
        Expected::NoCall => Ok(ExpectedCalls::Nothing),
        Expected::AnyCall => Ok(ExpectedCalls::Anything),
        Expected::Calls => {
            let calls = RightCall::list(list(&table.functions)?, list(&table.calls)?);
            calls.map(ExpectedCalls::These).map_err(|message| failed(task, message))
        }
    }
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
