use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Verdict;

/// What a suite says of a sample: the verdict, and where the benchmark reports several numbers, the other scores.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Scored {
    /// What pass@k counts.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// The sample by each of the suite's [metrics](crate::SuiteInfo::metrics), such as `base`: by that part of the tests
    /// alone. A metric that is missing here was passed exactly if the sample was.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub scores: BTreeMap<String, Score>,
}

impl From<Verdict> for Scored {
    /// The verdict without other scores.
    fn from(verdict: Verdict) -> Self {
        Scored { verdict, scores: BTreeMap::new() }
    }
}

/// A score beside the verdict. One metric has the same kind of score for all samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Score {
    /// Whether the sample passed: reports have pass@k by it.
    Passed(bool),
    /// How many of the sample's parts, such as the instructions that it was to follow, are right: reports have the share of
    /// right parts among those of all samples.
    Parts {
        /// How many are right; at most `of`.
        right: u32,
        /// How many there are.
        of: u32,
    },
}

impl Score {
    /// So many right parts of so many.
    #[must_use]
    pub fn parts(right: usize, of: usize) -> Self {
        let [right, of] = [right, of].map(|count| u32::try_from(count).unwrap_or(u32::MAX));
        Score::Parts { right, of }
    }
}

impl From<bool> for Score {
    fn from(passed: bool) -> Self {
        Score::Passed(passed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_is_a_boolean_or_counts_parts() {
        let json = r#"{"verdict":"passed","scores":{"base":true,"steps":{"right":2,"of":3}}}"#;
        let scored: Scored = serde_json::from_str(json).unwrap();
        assert_eq!((scored.scores["base"], scored.scores["steps"]), (Score::Passed(true), Score::parts(2, 3)));
        assert_eq!(serde_json::to_string(&scored).unwrap(), json);
    }
}
