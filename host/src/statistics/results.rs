use std::collections::{BTreeMap, BTreeSet};

use assay_api::{Score, VerdictKind};

use super::{PartCounts, TaskCounts};

/// The verdicts on a suite's tasks, and what its other scores say of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaskResults {
    /// What pass@k counts.
    pub verdicts: Vec<TaskCounts>,
    /// The same tasks where one of the other scores decides, by its name.
    pub scores: BTreeMap<String, Vec<TaskCounts>>,
    /// What their judged samples have of parts, where another score counts these, by its name.
    pub parts: BTreeMap<String, Vec<PartCounts>>,
}

/// A sample: its task, its verdict, and its other scores.
pub type Scores<'a> = (&'a str, VerdictKind, &'a BTreeMap<String, Score>);

impl TaskResults {
    /// What `samples` say of the tasks `ids`, in their order.
    #[must_use]
    pub fn new<'a>(ids: impl IntoIterator<Item = &'a str>, samples: &[Scores<'a>]) -> Self {
        let ids: Vec<&str> = ids.into_iter().collect();
        let all = samples.iter().flat_map(|(_, _, scores)| *scores);
        let (of_parts, names): (Vec<_>, Vec<_>) = all.partition(|(_, score)| matches!(score, Score::Parts { .. }));
        let [of_parts, names]: [BTreeSet<&String>; 2] =
            [of_parts, names].map(|scores| scores.into_iter().map(|(name, _)| name).collect());
        let count = |kind: &dyn Fn(&Scores<'_>) -> VerdictKind| {
            let mut kinds: BTreeMap<&str, Vec<VerdictKind>> = BTreeMap::new();
            for sample in samples {
                kinds.entry(sample.0).or_default().push(kind(sample));
            }
            ids.iter().map(|id| TaskCounts::new(*id, kinds.remove(id).unwrap_or_default())).collect()
        };
        let by_score = |name: &String| count(&|(_, kind, scores)| decided(*kind, scores.get(name).copied()));
        let parts = |name: &String| ids.iter().map(|id| PartCounts::new(parts_of(samples, id, name))).collect();
        TaskResults {
            verdicts: count(&|(_, kind, _)| *kind),
            scores: names.into_iter().map(|name| (name.clone(), by_score(name))).collect(),
            parts: of_parts.into_iter().map(|name| (name.clone(), parts(name))).collect(),
        }
    }
}

/// The verdict where `score` decides. A sample without one was not executed, or lost: its verdict stands.
fn decided(kind: VerdictKind, score: Option<Score>) -> VerdictKind {
    match (kind, score) {
        (VerdictKind::Passed, Some(Score::Passed(false))) => VerdictKind::Failed,
        (kind, Some(Score::Passed(true))) if kind.is_judged() => VerdictKind::Passed,
        (kind, _) => kind,
    }
}

/// The parts of the judged samples of the task `id`: how many are right, of how many.
fn parts_of<'a>(samples: &'a [Scores<'_>], id: &'a str, name: &'a str) -> impl Iterator<Item = (u64, u64)> + 'a {
    let of_task = samples.iter().filter(move |(task, kind, _)| *task == id && kind.is_judged());
    of_task.filter_map(move |(_, _, scores)| match scores.get(name) {
        Some(Score::Parts { right, of }) => Some((u64::from(*right), u64::from(*of))),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use assay_api::VerdictKind::{Empty, Failed, Infra, Passed};

    use super::*;

    #[test]
    fn a_score_decides_where_there_is_one_and_else_the_verdict() {
        let [base, no_base, none] =
            [Some(true), Some(false), None].map(|score| score.map(|score| ("base".to_owned(), Score::Passed(score))));
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

    #[test]
    fn parts_are_added_up_over_the_judged_samples_of_a_task() {
        let [two, none_right] = [2, 0].map(|right| BTreeMap::from([("steps".to_owned(), Score::parts(right, 3))]));
        let samples: [Scores<'_>; 4] =
            [("a", Failed, &two), ("a", Infra, &two), ("b", Passed, &two), ("a", Empty, &none_right)];
        let results = TaskResults::new(["a", "b", "c"], &samples);
        let counts = [(2, 6), (2, 3), (0, 0)].map(|counts| PartCounts::new([counts]));
        assert_eq!(results.parts["steps"], counts);
        assert!(results.scores.is_empty());
    }
}
