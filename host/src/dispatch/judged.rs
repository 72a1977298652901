use assay_api::{Scored, Solution};

use super::Answer;
use crate::statistics::RequestTimes;
use crate::store::{Execution, SampleResult, TokenCounts};

/// An answer that has its verdict.
pub(super) struct JudgedTurn {
    pub(super) answer: Answer,
    /// The code that was judged, where there was some.
    pub(super) solution: Option<Solution>,
    /// Its programs in order.
    pub(super) executions: Vec<Execution>,
    pub(super) scored: Scored,
    /// How many of its outcomes were known without executing its programs.
    pub(super) cached: u64,
}

/// A sample that has its verdict.
pub(super) struct Judged {
    pub(super) result: SampleResult,
    pub(super) tokens: TokenCounts,
    pub(super) times: RequestTimes,
    /// How many of its outcomes were known without executing its programs.
    pub(super) cached: u64,
}
