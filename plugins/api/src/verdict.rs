use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a sample failed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Failure {
    /// The name of the outcome's status, or `tests` when the program completed and its tests did not pass.
    pub cause: String,
    /// For humans, one line.
    pub detail: String,
}

/// What a suite says of a sample.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    /// The server refused the request, or cut it without a word, because it exceeds the model's context as the server is
    /// configured: there is no completion to judge.
    ContextOverflow {
        /// What the server said, or how the cut was seen.
        why: String,
    },
    /// The infrastructure failed; this says nothing about the model.
    Infra {
        /// What failed.
        why: String,
    },
}

/// A verdict without its reasons, for counting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    /// See [`Verdict::ContextOverflow`].
    ContextOverflow,
    /// See [`Verdict::Infra`].
    Infra,
}

impl VerdictKind {
    /// All kinds, in the order of reports.
    pub const ALL: [VerdictKind; 7] = [
        VerdictKind::Passed,
        VerdictKind::Failed,
        VerdictKind::Truncated,
        VerdictKind::Empty,
        VerdictKind::Unsupported,
        VerdictKind::ContextOverflow,
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
            VerdictKind::ContextOverflow => "context_overflow",
            VerdictKind::Infra => "infra",
        }
    }

    /// Whether there was a completion to judge: only then the sample is in the n of pass@k.
    #[must_use]
    pub fn is_judged(self) -> bool {
        !matches!(self, VerdictKind::ContextOverflow | VerdictKind::Infra)
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
            Verdict::ContextOverflow { .. } => VerdictKind::ContextOverflow,
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
            Verdict::ContextOverflow { why } | Verdict::Infra { why } => why,
            Verdict::Passed | Verdict::Truncated | Verdict::Empty => "",
        }
    }
}
