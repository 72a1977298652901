use assay_api::{Turn, Verdict};
use minijinja::Value;

use crate::score::{FailedCase, feedback};

/// What came of an answer, as the templates of what follows it see it.
pub(super) struct AnsweredTurn<'a> {
    pub(super) turn: &'a Turn,
    /// The code that was judged, where there was some.
    pub(super) code: Option<String>,
    /// The test case that failed, where answers are judged by such.
    pub(super) case: Option<FailedCase>,
}

impl AnsweredTurn<'_> {
    /// What templates may use.
    pub(super) const KEYS: [&'static str; 7] = ["answer", "code", "verdict", "cause", "reason", "output", "case"];

    pub(super) fn value(self) -> Value {
        let verdict = &self.turn.scored.verdict;
        let case = self.case.map(|FailedCase { input, printed, expected }| {
            Value::from_pairs([("input", input), ("printed", printed), ("expected", expected)])
        });
        let cause = match verdict {
            Verdict::Failed(failure) => failure.cause.as_str(),
            _ => "",
        };
        let values = [
            Value::from(self.turn.completion.text.as_str()),
            Value::from(self.code),
            Value::from(verdict.kind().name()),
            Value::from(cause),
            Value::from(verdict.detail()),
            Value::from(feedback(verdict, &self.turn.outcomes)),
            Value::from(case),
        ];
        Value::from_pairs(Self::KEYS.into_iter().zip(values))
    }
}
