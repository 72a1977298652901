//! A run's verdicts anew, from the completions that it has: after extraction or scoring changed.

mod rescoring;

pub use rescoring::{Rescored, Rescoring, VerdictChange};
