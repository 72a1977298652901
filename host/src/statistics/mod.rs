//! Estimates and their uncertainty: pass@k, intervals, comparisons of two runs, the summary of a run.
//!
//! Formulas, choices and measured coverage: `docs/statistics.md`.

mod comparison;
mod counts;
mod estimate;
#[cfg(test)]
mod fixtures;
mod interval;
mod latency;
mod pass_at_k;
mod results;
mod sign_flip;
mod summary;
mod usual;
mod warnings;

pub use comparison::Comparison;
pub use counts::{PartCounts, TaskCounts, VerdictCounts};
pub use estimate::{Estimate, NoEstimate};
pub use interval::Interval;
pub use latency::{Latency, RequestTimes};
pub use pass_at_k::{pass_at_k, pass_hat_k};
pub use results::{Scores, TaskResults};
pub use sign_flip::sign_flip_p_value;
pub use summary::{Cost, FuelRange, ModelRecord, RunFacts, Summary, Tokens};
pub use usual::usual_ks;
