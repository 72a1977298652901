use thiserror::Error;

/// Why tasks can't be chosen as the user asks.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FilterError {
    /// A window of dates, of a suite without dates.
    #[error("--{option}: the tasks of {suite} have no dates")]
    NoDates {
        /// The option that asks for a window.
        option: &'static str,
        /// The suite.
        suite: String,
    },
    /// A window of dates, and a task that may be in it or not.
    #[error("--{option}: task {task_id} of {suite} has no date: its field `{field}` is {found}")]
    Undated {
        /// The option that asks for a window.
        option: &'static str,
        /// The suite.
        suite: String,
        /// The task.
        task_id: String,
        /// Where its date should be.
        field: String,
        /// What is there.
        found: String,
    },
    /// A window that nothing can be in.
    #[error("--until {until} is before --since {since}")]
    Reversed {
        /// Its beginning.
        since: String,
        /// Its end.
        until: String,
    },
    /// A field that the suite does not let tasks be chosen by.
    #[error("--where {field}: {}", declared(suite, known))]
    UnknownField {
        /// The suite.
        suite: String,
        /// The field.
        field: String,
        /// The fields that there are, separated by commas.
        known: String,
    },
    /// A value that no task has.
    #[error("--where {field}={value}: no task of {suite} has that; there are {known}")]
    UnknownValue {
        /// The suite.
        suite: String,
        /// The field.
        field: String,
        /// The value.
        value: String,
        /// Some of the values that there are, separated by commas.
        known: String,
    },
}

fn declared(suite: &str, known: &str) -> String {
    if known.is_empty() {
        return format!("{suite} declares no fields to choose tasks by");
    }
    format!("tasks of {suite} can be chosen by {known}")
}
