use thiserror::Error;

/// What can go wrong inside a suite. Messages are lowercase fragments; the host adds the suite's name.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SuiteError {
    /// A row of the suite's data lacks something that the suite needs.
    #[error("task {task_id}: {message}")]
    Task {
        /// The task as its authors spell it.
        task_id: String,
        /// What is missing or malformed.
        message: String,
    },
    /// A template failed to render.
    #[error("template `{template}` on task {task_id}: {message}")]
    Template {
        /// The template's name in the manifest.
        template: String,
        /// The task being rendered.
        task_id: String,
        /// The template engine's message, with the line.
        message: String,
    },
    /// The suite was asked for something that it does not offer, such as a prompt style.
    #[error("{0}")]
    Unsupported(String),
    /// The suite broke its own contract.
    #[error("{0}")]
    Internal(String),
}
