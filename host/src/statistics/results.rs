use std::collections::{BTreeMap, BTreeSet};

use assay_api::VerdictKind;

use super::TaskCounts;

/// The verdicts on a suite's tasks, and what its other scores say of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaskResults {
    /// What pass@k counts.
    pub verdicts: Vec<TaskCounts>,
    /// The same tasks where one of the other scores decides, by its name.
    pub scores: BTreeMap<String, Vec<TaskCounts>>,
}

/// A sample: its task, its verdict, and whether it passed by each of the other scores.
pub type Scores<'a> = (&'a str, VerdictKind, &'a BTreeMap<String, bool>);

impl TaskResults {
    /// What `samples` say of the tasks `ids`, in their order.
    #[must_use]
    pub fn new<'a>(ids: impl IntoIterator<Item = &'a str>, samples: &[Scores<'a>]) -> Self {
        let ids: Vec<&str> = ids.into_iter().collect();
        let names: BTreeSet<&String> = samples.iter().flat_map(|(_, _, scores)| scores.keys()).collect();
        let count = |kind: &dyn Fn(&Scores<'_>) -> VerdictKind| {
            let mut kinds: BTreeMap<&str, Vec<VerdictKind>> = BTreeMap::new();
            for sample in samples {
                kinds.entry(sample.0).or_default().push(kind(sample));
            }
            ids.iter().map(|id| TaskCounts::new(*id, kinds.remove(id).unwrap_or_default())).collect()
        };
        let by_score = |name: &String| count(&|(_, kind, scores)| decided(*kind, scores.get(name).copied()));
        TaskResults {
            verdicts: count(&|(_, kind, _)| *kind),
            scores: names.into_iter().map(|name| (name.clone(), by_score(name))).collect(),
        }
    }
}

/// The verdict where `score` decides. A sample without one was not executed, or lost: its verdict stands.
fn decided(kind: VerdictKind, score: Option<bool>) -> VerdictKind {
    match (kind, score) {
        (VerdictKind::Passed, Some(false)) => VerdictKind::Failed,
        (kind, Some(true)) if kind.is_judged() => VerdictKind::Passed,
        (kind, _) => kind,
    }
}

#[cfg(test)]
mod tests {
    use assay_api::VerdictKind::{Empty, Failed, Infra, Passed};

    use super::*;

    #[test]
    fn a_score_decides_where_there_is_one_and_else_the_verdict() {
        let [base, no_base, none] =
            [Some(true), Some(false), None].map(|score| score.map(|score| ("base".to_owned(), score)));
        let [base, no_base, none] = [base, no_base, none].map(BTreeMap::from_iter);
        let samples: [Scores<'_>; 7] = [
            ("a", Passed, &base),
            ("a", Failed, &base),
            ("b", Failed, &no_base),
            ("b", Empty, &none),
            ("c", Infra, &none),
            ("c", Passed, &no_base),
            ("other", Passed, &base),
        ];
        let results = TaskResults::new(["c", "a", "b", "d"], &samples);
        let counts = |task: &TaskCounts| (task.verdicts.judged(), task.verdicts.passed());
        assert_eq!(results.verdicts.iter().map(counts).collect::<Vec<_>>(), [(1, 1), (2, 1), (2, 0), (0, 0)]);
        assert_eq!(results.scores["base"].iter().map(counts).collect::<Vec<_>>(), [(1, 0), (2, 2), (2, 0), (0, 0)]);
        assert!(TaskResults::new(["a"], &[("a", Passed, &none)]).scores.is_empty());
    }
}
