use std::collections::BTreeMap;

use assay_api::VerdictKind;
use serde::Serialize;

/// How many samples got each verdict. In JSON an object with every kind, zeros included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct VerdictCounts(BTreeMap<VerdictKind, u64>);

impl Default for VerdictCounts {
    fn default() -> Self {
        VerdictCounts(VerdictKind::ALL.into_iter().map(|kind| (kind, 0)).collect())
    }
}

impl VerdictCounts {
    /// Counts one more sample.
    pub fn add(&mut self, kind: VerdictKind) {
        *self.0.entry(kind).or_default() += 1;
    }

    /// How many samples got this verdict.
    #[must_use]
    pub fn get(&self, kind: VerdictKind) -> u64 {
        self.0.get(&kind).copied().unwrap_or(0)
    }

    /// Every kind with its count, in the order of reports.
    pub fn iter(&self) -> impl Iterator<Item = (VerdictKind, u64)> {
        self.0.iter().map(|(kind, count)| (*kind, *count))
    }

    /// How many samples there are.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }

    /// How many samples say something about the model: all but those for which there was no completion, because the
    /// infrastructure failed or the prompt exceeds the context. The `n` of pass@k.
    #[must_use]
    pub fn judged(&self) -> u64 {
        self.iter().filter(|(kind, _)| kind.is_judged()).map(|(_, count)| count).sum()
    }

    /// How many samples passed. The `c` of pass@k.
    #[must_use]
    pub fn passed(&self) -> u64 {
        self.get(VerdictKind::Passed)
    }
}

impl FromIterator<VerdictKind> for VerdictCounts {
    fn from_iter<I: IntoIterator<Item = VerdictKind>>(kinds: I) -> Self {
        let mut counts = VerdictCounts::default();
        kinds.into_iter().for_each(|kind| counts.add(kind));
        counts
    }
}

impl<'a> FromIterator<&'a VerdictCounts> for VerdictCounts {
    fn from_iter<I: IntoIterator<Item = &'a VerdictCounts>>(parts: I) -> Self {
        let mut counts = VerdictCounts::default();
        for (kind, count) in parts.into_iter().flat_map(VerdictCounts::iter) {
            *counts.0.entry(kind).or_default() += count;
        }
        counts
    }
}

/// The verdicts on one task's samples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskCounts {
    /// The task as its authors spell it.
    pub task_id: String,
    /// The verdicts on its samples.
    pub verdicts: VerdictCounts,
}

impl TaskCounts {
    /// The verdicts on the samples of `task_id`.
    #[must_use]
    pub fn new(task_id: impl Into<String>, verdicts: impl IntoIterator<Item = VerdictKind>) -> Self {
        TaskCounts { task_id: task_id.into(), verdicts: verdicts.into_iter().collect() }
    }

    /// Whether no sample is judged, so that nothing is known of the task.
    #[must_use]
    pub fn lost(&self) -> bool {
        self.verdicts.total() > 0 && self.verdicts.judged() == 0
    }
}

/// The parts of a task's samples, such as the instructions that they were to follow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PartCounts {
    /// How many are right.
    pub right: u64,
    /// How many there are.
    pub of: u64,
}

impl PartCounts {
    /// All parts of samples that have so many right ones of so many.
    #[must_use]
    pub fn new(samples: impl IntoIterator<Item = (u64, u64)>) -> Self {
        let add = |sum: PartCounts, (right, of)| PartCounts { right: sum.right + right, of: sum.of + of };
        samples.into_iter().fold(PartCounts::default(), add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_in_the_json_even_when_none_was_seen() {
        let json = serde_json::to_string(&VerdictCounts::from_iter([VerdictKind::Passed])).unwrap();
        assert_eq!(
            json,
            r#"{"passed":1,"failed":0,"truncated":0,"empty":0,"unsupported":0,"context_overflow":0,"infra":0}"#
        );
    }

    #[test]
    fn samples_without_a_completion_are_not_judged() {
        let counts = VerdictCounts::from_iter(VerdictKind::ALL);
        assert_eq!((counts.total(), counts.judged(), counts.passed()), (7, 5, 1));
        assert!(TaskCounts::new("a", [VerdictKind::Infra, VerdictKind::ContextOverflow]).lost());
        assert!(!TaskCounts::new("a", []).lost());
    }
}
