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
    /// What the model wrote in the turns after this one, where that is known from before.
    pub later: Vec<StoredCompletion>,
    /// Whether the run file has all of these already.
    pub recorded: bool,
}

impl Answer {
    /// The sample's dialogue from its first turn on, where these are its completions by turn; `None` where it has none.
    #[must_use]
    pub fn first_of(key: SampleKey, completions: Vec<StoredCompletion>, recorded: bool) -> Option<Self> {
        let mut completions = completions.into_iter();
        let completion = completions.next()?;
        Some(Answer { key, completion, later: completions.collect(), recorded })
    }

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
