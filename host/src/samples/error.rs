use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Why samples can't be read, and where.
#[derive(Debug, Error)]
#[error("{}{}: {kind}", path.display(), line.map(|line| format!(":{line}")).unwrap_or_default())]
pub struct SamplesError {
    /// The file or directory.
    pub path: PathBuf,
    /// The line in the decompressed file, from 1, where there is one.
    pub line: Option<usize>,
    /// What is wrong.
    pub kind: SamplesErrorKind,
}

/// What is wrong with samples.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SamplesErrorKind {
    /// The file can't be read or decompressed.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// There is nothing in it.
    #[error(
        "no samples: expected JSON lines with `task_id` and `completion` or `solution`, or folders such as HumanEval_0/0.py"
    )]
    Empty,
    /// A line is longer than any sample.
    #[error("the line has more than {limit} bytes")]
    LineTooLong {
        /// In bytes.
        limit: u64,
    },
    /// The file is longer than what is read, after decompression.
    #[error("more than {limit} bytes after decompression: split the file")]
    TooLong {
        /// In bytes.
        limit: u64,
    },
    /// Text is not UTF-8.
    #[error("not UTF-8")]
    NotUtf8,
    /// A line is not a JSON object.
    #[error("not a JSON object: {message}")]
    Json {
        /// What the parser says, with the column.
        message: String,
    },
    /// A sample lacks a key.
    #[error("{keys} is missing")]
    Missing {
        /// Which, for people.
        keys: &'static str,
    },
    /// A key has a value of another type.
    #[error("`{key}` is not {expected}")]
    Type {
        /// The key.
        key: &'static str,
        /// What it must be.
        expected: &'static str,
    },
    /// The suite has no such task.
    #[error("unknown task {task_id:?}{}", suggestion(closest.as_deref()))]
    UnknownTask {
        /// As the file spells it.
        task_id: String,
        /// The suite's task that is spelled most alike, if any is.
        closest: Option<String>,
    },
    /// Two samples claim the same place.
    #[error("task {task_id:?} has a sample {index} already, at line {first}: number the samples of a task apart")]
    Duplicate {
        /// The task.
        task_id: String,
        /// The sample's index.
        index: u64,
        /// The line of the first.
        first: usize,
    },
    /// A file's name is not a sample's index.
    #[error("the name is not a sample's index, such as 0.py")]
    FileName,
}

impl SamplesErrorKind {
    pub(super) fn at(self, path: &Path, line: impl Into<Option<usize>>) -> SamplesError {
        SamplesError { path: path.to_owned(), line: line.into(), kind: self }
    }
}

fn suggestion(closest: Option<&str>) -> String {
    closest.map_or(String::new(), |name| format!(": did you mean {name:?}?"))
}
