use thiserror::Error;

/// Why edits can't be applied.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum Reason {
    /// A block has no file's name above it.
    #[error("block {block}: no file's name on the line above it")]
    NoFilename {
        /// From 1.
        block: usize,
    },
    /// A block ends before its part does.
    #[error("block {block}: its `{expected}` is missing")]
    Unfinished {
        /// From 1.
        block: usize,
        /// The line that is missing.
        expected: &'static str,
    },
    /// What is searched for is not in the file.
    #[error("block {block}: its SEARCH lines are not in {file}")]
    NotFound {
        /// From 1.
        block: usize,
        /// The file.
        file: String,
    },
    /// A hunk's lines are not in the file.
    #[error("hunk {hunk}: its lines are not in {file}")]
    HunkNotFound {
        /// From 1.
        hunk: usize,
        /// The file.
        file: String,
    },
    /// A hunk changes another file.
    #[error("hunk {hunk} is of {found:?}, not of {file}")]
    OtherFile {
        /// From 1.
        hunk: usize,
        /// The file that it names.
        found: String,
        /// The file that was to be changed.
        file: String,
    },
}
