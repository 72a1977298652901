use crate::statistics::RequestTimes;
use crate::store::{SampleResult, TokenCounts};

/// A sample that has its verdict.
pub(super) struct Judged {
    pub(super) result: SampleResult,
    pub(super) tokens: TokenCounts,
    pub(super) times: RequestTimes,
    /// How many of its outcomes were known without executing its programs.
    pub(super) cached: u64,
}
