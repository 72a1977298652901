//! The table of scoring in `suite.toml`: a strategy, with what it needs.

use serde::Deserialize;

use super::tables::TemplateText;
use super::text::{CallMatchTable, ChoiceTable, ExactTable, InstructionsTable, RegexTable};
use crate::score::Oracle;

#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "strategy", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum ScoreTable {
    TestsOneInstance {
        #[serde(default)]
        silent: bool,
    },
    TestsTwoInstances {
        /// The tasks whose tests need what does not cross.
        #[serde(default)]
        one_instance: Vec<String>,
    },
    ExitCode {
        #[serde(default)]
        silent: bool,
    },
    StdinStdout {
        cases: Vec<String>,
        calls: Option<CallsTable>,
    },
    Values(Box<ValuesTable>),
    Exact(ExactTable),
    Regex(RegexTable),
    Choice(ChoiceTable),
    Instructions(InstructionsTable),
    CallMatch(CallMatchTable),
}

/// Which tasks are judged by a function's calls instead.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct CallsTable {
    /// The way to the function's name; tasks without it read standard input.
    pub(super) function: String,
    /// The file that defines it.
    pub(super) solution: String,
}

#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct ValuesTable {
    pub(super) oracle: Oracle,
    pub(super) function: String,
    pub(super) gold: Option<TemplateText>,
    pub(super) absolute: Option<ToleranceTable>,
    pub(super) relative: Option<ToleranceTable>,
    pub(super) tests: Vec<ValueTestsTable>,
}

impl ScoreTable {
    /// Whether the tests of the task with this id run beside the solution, where those of others have an instance of their own.
    pub(super) fn is_in_one_instance(&self, task_id: &str) -> bool {
        self.one_instance().iter().any(|id| id == task_id)
    }

    /// The ids of all such tasks.
    pub(super) fn one_instance(&self) -> &[String] {
        if let ScoreTable::TestsTwoInstances { one_instance } = self { one_instance } else { &[] }
    }
}

impl ValuesTable {
    /// The names of the scores that samples get apart from their verdict.
    pub(super) fn metrics(&self) -> impl Iterator<Item = &str> {
        self.tests.iter().filter(|tests| tests.metric).map(|tests| tests.name.as_str())
    }
}

/// Inputs, and what is expected for them.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct ValueTestsTable {
    pub(super) name: String,
    pub(super) inputs: String,
    pub(super) expected: Option<String>,
    #[serde(default)]
    pub(super) metric: bool,
}

/// A tolerance: the same for all tasks, or the field that has it.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub(super) enum ToleranceTable {
    Number(f64),
    Field(String),
}
