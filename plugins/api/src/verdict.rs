use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a sample failed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Failure {
    /// The name of the outcome's status, or `tests` when the program completed and its tests did not pass.
    pub cause: String,
    /// For humans, one line.
    pub detail: String,
}

/// What a suite says of a sample.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Verdict {
    /// The solution is right, as far as the suite's tests can tell.
    Passed,
    /// The solution is wrong.
    Failed(Failure),
    /// The endpoint cut the completion at its token limit (finish reason `length`); not executed.
    Truncated,
    /// No code could be extracted.
    Empty,
    /// The program needed something that the runtime lacks.
    Unsupported {
        /// What it needed.
        what: String,
    },
    /// The infrastructure failed; this says nothing about the model.
    Infra {
        /// What failed.
        why: String,
    },
}

/// A verdict without its reasons, for counting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum VerdictKind {
    /// See [`Verdict::Passed`].
    Passed,
    /// See [`Verdict::Failed`].
    Failed,
    /// See [`Verdict::Truncated`].
    Truncated,
    /// See [`Verdict::Empty`].
    Empty,
    /// See [`Verdict::Unsupported`].
    Unsupported,
    /// See [`Verdict::Infra`].
    Infra,
}

impl VerdictKind {
    /// All kinds, in the order of reports.
    pub const ALL: [VerdictKind; 6] = [
        VerdictKind::Passed,
        VerdictKind::Failed,
        VerdictKind::Truncated,
        VerdictKind::Empty,
        VerdictKind::Unsupported,
        VerdictKind::Infra,
    ];

    /// The name used in JSON and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            VerdictKind::Passed => "passed",
            VerdictKind::Failed => "failed",
            VerdictKind::Truncated => "truncated",
            VerdictKind::Empty => "empty",
            VerdictKind::Unsupported => "unsupported",
            VerdictKind::Infra => "infra",
        }
    }
}

impl fmt::Display for VerdictKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Verdict {
    /// The verdict without its reasons.
    #[must_use]
    pub fn kind(&self) -> VerdictKind {
        match self {
            Verdict::Passed => VerdictKind::Passed,
            Verdict::Failed(_) => VerdictKind::Failed,
            Verdict::Truncated => VerdictKind::Truncated,
            Verdict::Empty => VerdictKind::Empty,
            Verdict::Unsupported { .. } => VerdictKind::Unsupported,
            Verdict::Infra { .. } => VerdictKind::Infra,
        }
    }

    /// Whether the sample counts as correct in pass@k.
    #[must_use]
    pub fn passed(&self) -> bool {
        matches!(self, Verdict::Passed)
    }

    /// The reason, for humans; empty where the kind says it all.
    #[must_use]
    pub fn detail(&self) -> &str {
        match self {
            Verdict::Failed(failure) => &failure.detail,
            Verdict::Unsupported { what } => what,
            Verdict::Infra { why } => why,
            Verdict::Passed | Verdict::Truncated | Verdict::Empty => "",
        }
    }
}
