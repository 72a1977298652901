use assay_api::Outcome;

use crate::endpoint::EndpointError;
use crate::store::{RequestFailure, SampleKey, StoredCompletion};

/// A completion, on its way to being judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The sample it is of.
    pub key: SampleKey,
    /// What the model wrote.
    pub completion: StoredCompletion,
    /// Whether the run file has it already.
    pub recorded: bool,
}

impl Answer {
    /// Whether the endpoint cut it at its token limit.
    pub(super) fn is_truncated(&self) -> bool {
        self.completion.finish.as_deref() == Some("length")
    }
}

/// What the loop is told.
pub(super) enum Event {
    /// The endpoint answered.
    Answered(Box<Answer>),
    /// The endpoint failed for one sample.
    Unanswered { key: SampleKey, failure: RequestFailure },
    /// The endpoint failed in a way that no other sample would escape.
    EndpointDown(Box<EndpointError>),
    /// No more answers will come.
    AllAsked,
    /// The program that goes by `ticket` was executed.
    Executed { ticket: u64, outcome: Box<Outcome> },
    /// The user asked to stop.
    Interrupted,
}
