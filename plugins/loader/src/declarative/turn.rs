use assay_api::Turn;
use minijinja::Value;

use crate::score::feedback;

/// What came of an answer, as the templates of what follows it see it.
pub(super) struct AnsweredTurn;

impl AnsweredTurn {
    /// What templates may use.
    pub(super) const KEYS: [&str; 4] = ["answer", "verdict", "reason", "output"];

    pub(super) fn of(turn: &Turn) -> Value {
        let verdict = &turn.scored.verdict;
        let values = [
            turn.completion.text.clone(),
            verdict.kind().name().to_owned(),
            verdict.detail().to_owned(),
            feedback(verdict, &turn.outcomes),
        ];
        Value::from_pairs(Self::KEYS.into_iter().zip(values))
    }
}
