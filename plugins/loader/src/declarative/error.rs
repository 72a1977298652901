use std::io;

use thiserror::Error;

/// Why a folder is not a suite. Messages name the file, and the line where there is one.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LoadError {
    /// A file of the suite's folder is missing or can't be read.
    #[error("{file}: {}", reading(source))]
    Read {
        /// Relative to the suite's folder.
        file: String,
        /// What the folder said.
        source: io::Error,
    },
    /// A file of the suite's folder is malformed.
    #[error("{file}:{line}: {message}")]
    Invalid {
        /// Relative to the suite's folder.
        file: String,
        /// From 1.
        line: usize,
        /// What is wrong, and what to write instead where that is known.
        message: String,
    },
    /// A language or a variant was asked for that the suite does not have.
    #[error("there is no {noun} `{wanted}`{}", among(known))]
    Choice {
        /// What was to be chosen: `language` or `variant`.
        noun: &'static str,
        /// What was asked for.
        wanted: String,
        /// What there is, separated by commas.
        known: String,
    },
    /// Data that the manifest names has not been fetched.
    #[error("{path}: the data is missing: fetch it with `assay suite pull {suite}`")]
    DataMissing {
        /// The suite that needs it.
        suite: String,
        /// Relative to the data directory.
        path: String,
    },
    /// An example for prompts is not among the tasks.
    #[error("`shots` names {shot:?}, which is no task of {suite}: name tasks by their ids")]
    Shot {
        /// The suite, with its language and variant.
        suite: String,
        /// What is named.
        shot: String,
    },
    /// Data can't be read or decompressed.
    #[error("{path}: {source}")]
    DataRead {
        /// Relative to the data directory.
        path: String,
        /// What went wrong.
        source: io::Error,
    },
    /// Data is longer than a suite may load.
    #[error("{path}: more than {limit} bytes after decompression")]
    DataTooLarge {
        /// Relative to the data directory.
        path: String,
        /// In bytes.
        limit: u64,
    },
    /// Data is not what the manifest pins.
    #[error(
        "{path}: sha256 of the content is {found}, the manifest says {expected}: fetch it again, or correct the manifest"
    )]
    Digest {
        /// Relative to the data directory.
        path: String,
        /// What the manifest says, in hexadecimal.
        expected: String,
        /// What the content has.
        found: String,
    },
    /// The manifest names a task that the data lacks, or has before the task from which on it is looked for.
    #[error("{suite}: `{key}` in [task] names {task:?}, which is not in the data")]
    NoSuchTask {
        /// The suite.
        suite: String,
        /// Where it names it.
        key: &'static str,
        /// The task.
        task: String,
    },
    /// A row of the data is malformed.
    #[error("{path}:{line}: {message}")]
    Row {
        /// Relative to the data directory.
        path: String,
        /// From 1, in the decompressed content.
        line: usize,
        /// What is wrong.
        message: String,
    },
}

fn reading(source: &io::Error) -> String {
    match source.kind() {
        io::ErrorKind::NotFound => "no such file in the suite's folder".into(),
        _ => source.to_string(),
    }
}

fn among(known: &str) -> String {
    if known.is_empty() { String::new() } else { format!(": there are {known}") }
}
