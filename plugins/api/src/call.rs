//! The functions of [`Suite`](crate::Suite) as messages, for suites that are not compiled into the host.
//!
//! Components and native libraries speak the same protocol: a method's name, a request in JSON, and a response in JSON
//! or a [`PluginFailure`]. The types of requests and responses are those of this crate; `plugins/api/schema` has their JSON schemas.
//!
//! How it grows without breaking what was built before: a request or a response gets another optional field, which
//! receivers that do not know it ignore; a new method is one that a plugin may answer with "unsupported".

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Choice, Completion, Outcome, PromptStyle, Solution, SuiteError, Task, Turn};

/// A function of a suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Method {
    /// Takes [`InfoCall`], gives [`SuiteInfo`](crate::SuiteInfo). Must not need the suite's data.
    Info,
    /// Takes [`TasksCall`], gives a [`Page`](crate::Page) of [`Task`].
    Tasks,
    /// Takes [`PromptCall`], gives a [`Request`](crate::Request) or null.
    Prompt,
    /// Takes [`ExtractCall`], gives a [`Solution`] or null.
    Extract,
    /// Takes [`ProgramsCall`], gives a list of [`Program`](crate::Program).
    Programs,
    /// Takes [`ScoreCall`], gives [`Scored`](crate::Scored).
    Score,
    /// Takes [`ReferenceCall`], gives a [`Solution`] or null. A plugin that does not support it has no gold answers.
    Reference,
    /// Takes [`ScoreCall`] with the outcomes of the first programs, gives a boolean:
    /// [`Suite::is_decided`](crate::Suite::is_decided). A plugin that does not support it has all programs executed.
    IsDecided,
}

impl Method {
    /// All methods.
    pub const ALL: [Method; 8] = [
        Method::Info,
        Method::Tasks,
        Method::Prompt,
        Method::Extract,
        Method::Programs,
        Method::Score,
        Method::Reference,
        Method::IsDecided,
    ];

    /// The name that plugins know it by, for example `programs`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Method::Info => "info",
            Method::Tasks => "tasks",
            Method::Prompt => "prompt",
            Method::Extract => "extract",
            Method::Programs => "programs",
            Method::Score => "score",
            Method::Reference => "reference",
            Method::IsDecided => "is_decided",
        }
    }

    /// The method called `name`.
    #[must_use]
    pub fn named(name: &str) -> Option<Method> {
        Method::ALL.into_iter().find(|method| method.name() == name)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What [`Method::Info`] is asked with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InfoCall<'a> {
    /// What is chosen of the suite.
    #[serde(default)]
    pub choice: Cow<'a, Choice>,
}

/// What [`Method::Tasks`] is asked with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TasksCall<'a> {
    /// What is chosen of the suite.
    #[serde(default)]
    pub choice: Cow<'a, Choice>,
    /// The `next` of the page before; absent or null for the first page.
    #[serde(default)]
    pub cursor: Option<Cow<'a, str>>,
}

/// What [`Method::Prompt`] is asked with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PromptCall<'a> {
    /// What is chosen of the suite.
    #[serde(default)]
    pub choice: Cow<'a, Choice>,
    /// The task, as the suite gave it.
    pub task: Cow<'a, Task>,
    /// How the model is to be asked.
    pub style: PromptStyle,
    /// The dialogue so far.
    #[serde(default)]
    pub turns: Cow<'a, [Turn]>,
}

/// What [`Method::Extract`] is asked with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExtractCall<'a> {
    /// What is chosen of the suite.
    #[serde(default)]
    pub choice: Cow<'a, Choice>,
    /// The task, as the suite gave it.
    pub task: Cow<'a, Task>,
    /// What the model wrote.
    pub completion: Cow<'a, Completion>,
}

/// What [`Method::Programs`] is asked with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProgramsCall<'a> {
    /// What is chosen of the suite.
    #[serde(default)]
    pub choice: Cow<'a, Choice>,
    /// The task, as the suite gave it.
    pub task: Cow<'a, Task>,
    /// What the suite extracted, or its own gold answer.
    pub solution: Cow<'a, Solution>,
}

/// What [`Method::Score`] and [`Method::IsDecided`] are asked with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ScoreCall<'a> {
    /// What is chosen of the suite.
    #[serde(default)]
    pub choice: Cow<'a, Choice>,
    /// The task, as the suite gave it.
    pub task: Cow<'a, Task>,
    /// What executing the task's programs gave, in their order; of the first ones, where they decide.
    pub outcomes: Cow<'a, [Outcome]>,
}

/// What [`Method::Reference`] is asked with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReferenceCall<'a> {
    /// What is chosen of the suite.
    #[serde(default)]
    pub choice: Cow<'a, Choice>,
    /// The task, as the suite gave it.
    pub task: Cow<'a, Task>,
}

/// Why a plugin has no response. The same in JSON (native libraries) and as `failure` in `suite.wit`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PluginFailure {
    /// What kind of failure it is.
    #[serde(default)]
    pub kind: FailureKind,
    /// For humans, one line.
    pub message: String,
    /// Which task it is about, where the kind is `task`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task_id: Option<String>,
}

/// The kinds of [`PluginFailure`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// A task lacks something that the suite needs.
    Task,
    /// The suite does not offer what was asked for, such as a prompt style or a method.
    Unsupported,
    /// Anything else.
    #[default]
    #[serde(other)]
    Other,
}

impl From<SuiteError> for PluginFailure {
    fn from(error: SuiteError) -> Self {
        match error {
            SuiteError::Task { task_id, message } => {
                PluginFailure { kind: FailureKind::Task, message, task_id: Some(task_id) }
            }
            SuiteError::Unsupported(message) => {
                PluginFailure { kind: FailureKind::Unsupported, message, task_id: None }
            }
            SuiteError::Template { .. } | SuiteError::Internal(_) => {
                PluginFailure { kind: FailureKind::Other, message: error.to_string(), task_id: None }
            }
        }
    }
}

impl From<PluginFailure> for SuiteError {
    fn from(failure: PluginFailure) -> Self {
        let PluginFailure { kind, message, task_id } = failure;
        match (kind, task_id) {
            (FailureKind::Task, Some(task_id)) => SuiteError::Task { task_id, message },
            (FailureKind::Unsupported, _) => SuiteError::Unsupported(message),
            (FailureKind::Task | FailureKind::Other, _) => SuiteError::Internal(message),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_are_known_by_their_names() {
        assert!(Method::ALL.into_iter().all(|method| Method::named(method.name()) == Some(method)));
        assert_eq!(Method::named("aggregate"), None);
    }

    #[test]
    fn failures_of_kinds_that_came_later_are_failures_still() {
        let failure: PluginFailure = serde_json::from_str(r#"{"kind": "quota", "message": "m", "more": 1}"#).unwrap();
        assert_eq!(SuiteError::from(failure), SuiteError::Internal("m".into()));
    }

    #[test]
    fn errors_of_suites_survive_the_way_through_json() {
        let errors = [
            SuiteError::Task { task_id: "T/0".into(), message: "no prompt".into() },
            SuiteError::Unsupported("no chat".into()),
            SuiteError::Internal("broken".into()),
        ];
        for error in errors {
            let json = serde_json::to_string(&PluginFailure::from(error.clone())).unwrap();
            assert_eq!(SuiteError::from(serde_json::from_str::<PluginFailure>(&json).unwrap()), error);
        }
    }

    #[test]
    fn what_a_request_does_not_say_has_its_default() {
        let call: TasksCall<'_> = serde_json::from_str("{}").unwrap();
        assert_eq!((call.choice.into_owned(), call.cursor), (Choice::default(), None));
    }
}
