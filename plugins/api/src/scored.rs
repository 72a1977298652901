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
    /// Whether the sample passed by each of the suite's [metrics](crate::SuiteInfo::metrics), such as `base`: by that part
    /// of the tests alone. A metric that is missing here was passed exactly if the sample was.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub scores: BTreeMap<String, bool>,
}

impl From<Verdict> for Scored {
    /// The verdict without other scores.
    fn from(verdict: Verdict) -> Self {
        Scored { verdict, scores: BTreeMap::new() }
    }
}
