//! Exit codes, which scripts rely on.

use std::process::ExitCode;

/// How the `assay` command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// It did what was asked.
    Done = 0,
    /// It worked, and the answer is no: a gate was not met, a program did not end well.
    GateNotMet = 1,
    /// The command line, a configuration or a file that the user named is wrong.
    Usage = 2,
    /// The endpoint failed.
    Endpoint = 3,
    /// A suite or plugin failed, or its data is missing.
    Suite = 4,
    /// The sandbox or its runtime failed.
    Runtime = 5,
    /// The user interrupted it; what was done is kept.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}
