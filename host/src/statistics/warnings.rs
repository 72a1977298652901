use assay_api::{Grading, VerdictKind};

use super::{TaskCounts, VerdictCounts};

/// Above which share of the samples a verdict calls for a warning, and what to say.
const THRESHOLDS: [(VerdictKind, f64, &str); 5] = [
    (VerdictKind::Infra, 0.01, "were lost to the infrastructure and left out of pass@k: run again to retry them"),
    (
        VerdictKind::ContextOverflow,
        0.0,
        "exceed the context that the server gives the model and are left out of pass@k: give it more and run again",
    ),
    (
        VerdictKind::Unsupported,
        0.05,
        "needed something that the runtime lacks and count as not passed: pass@k is a lower bound",
    ),
    (VerdictKind::Empty, 0.20, "held no code: check the stop strings and the extraction"),
    (VerdictKind::Truncated, 0.05, "were cut at the token limit: raise --max-tokens"),
];

/// How many tasks a warning names.
const NAMED: usize = 3;

/// What a reader of the run's numbers must know.
///
/// `one_instance` are the tasks, by id, that the suite grades in one instance whatever `grading` is.
pub(super) fn warnings(
    tasks: &[TaskCounts],
    verdicts: &VerdictCounts,
    grading: Grading,
    one_instance: &[String],
) -> Vec<String> {
    let over = THRESHOLDS.iter().filter_map(|(kind, threshold, meaning)| {
        let (count, total) = (verdicts.get(*kind), verdicts.total());
        let share = count as f64 / total.max(1) as f64;
        (share > *threshold).then(|| format!("{count} of {total} samples ({:.1}%) {meaning}", 100.0 * share))
    });
    lost_tasks(tasks).into_iter().chain(over).chain(shared_instance(tasks, grading, one_instance)).collect()
}

fn lost_tasks(tasks: &[TaskCounts]) -> Option<String> {
    let lost: Vec<&str> = tasks.iter().filter(|task| task.lost()).map(|task| task.task_id.as_str()).collect();
    (!lost.is_empty()).then(|| {
        format!(
            "pass@k leaves out {} of {} tasks, of whose samples none was judged ({}): do not compare it with other runs",
            lost.len(),
            tasks.len(),
            named(&lost),
        )
    })
}

fn shared_instance(tasks: &[TaskCounts], grading: Grading, one_instance: &[String]) -> Option<String> {
    match grading {
        Grading::OneInstance => Some(
            "solutions and tests share an interpreter in this suite: one that attacks the harness could forge a pass"
                .to_owned(),
        ),
        Grading::ExitCode => {
            Some("this suite believes exit codes: a solution that ends the program early passes".to_owned())
        }
        Grading::Values | Grading::TwoInstances | Grading::Text => {
            let ids = tasks.iter().map(|task| &task.task_id).filter(|id| one_instance.contains(id));
            let shared: Vec<&str> = ids.map(String::as_str).collect();
            (!shared.is_empty()).then(|| {
                format!(
                    "solutions and tests share an interpreter in {} of {} tasks ({}): \
                     one that attacks the harness could forge a pass there",
                    shared.len(),
                    tasks.len(),
                    named(&shared),
                )
            })
        }
    }
}

/// The first of some tasks' ids, and how many more there are.
fn named(ids: &[&str]) -> String {
    let first = ids[..ids.len().min(NAMED)].join(", ");
    match ids.len().saturating_sub(NAMED) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use assay_api::VerdictKind::{Empty, Infra, Passed, Truncated, Unsupported};

    use super::*;

    fn of(kinds: impl IntoIterator<Item = VerdictKind>) -> Vec<String> {
        let tasks: Vec<TaskCounts> = kinds.into_iter().map(|kind| TaskCounts::new("t", [kind, Passed])).collect();
        warnings(&tasks, &tasks.iter().map(|task| &task.verdicts).collect(), Grading::Values, &[])
    }

    #[test]
    fn a_clean_run_has_no_warnings() {
        assert_eq!(of([Passed; 50]), [""; 0]);
        assert_eq!(of([]), [""; 0]);
    }

    #[test]
    fn each_verdict_warns_only_above_its_threshold() {
        for (kind, at_threshold) in [(Infra, 1), (Unsupported, 5), (Empty, 20), (Truncated, 5)] {
            let run = |count: usize| of((0..50).map(|task| if task < count { kind } else { Passed }));
            assert_eq!(run(at_threshold), [""; 0], "{kind}");
            assert_eq!(run(at_threshold + 1).len(), 1, "{kind}");
        }
    }

    #[test]
    fn tasks_without_a_judged_sample_are_counted_and_named() {
        let lost = ["a", "b", "c", "d", "e"].map(|id| TaskCounts::new(id, [Infra]));
        let found = warnings(&lost, &lost.iter().map(|task| &task.verdicts).collect(), Grading::Values, &[]);
        assert!(found[0].contains("5 of 5 tasks") && found[0].contains("(a, b, c and 2 more)"), "{found:?}");
    }

    #[test]
    fn a_suite_graded_in_one_instance_says_so() {
        let believed = warnings(&[], &VerdictCounts::default(), Grading::ExitCode, &[]);
        assert!(believed[0].contains("exit codes"), "{believed:?}");
        let found = warnings(&[], &VerdictCounts::default(), Grading::OneInstance, &[]);
        assert!(found[0].contains("share an interpreter"), "{found:?}");
    }

    #[test]
    fn tasks_graded_in_one_instance_are_counted_and_named_where_others_are_not() {
        let tasks = ["a", "b", "c", "d", "e", "f"].map(|id| TaskCounts::new(id, [Passed]));
        let of = |shared: &[&str]| {
            let shared: Vec<String> = shared.iter().map(|id| (*id).to_owned()).collect();
            warnings(&tasks, &tasks.iter().map(|task| &task.verdicts).collect(), Grading::TwoInstances, &shared)
        };
        let found = of(&["e", "b", "not in this run"]);
        assert!(found.len() == 1 && found[0].contains("in 2 of 6 tasks (b, e)"), "{found:?}");
        assert!(of(&["a", "b", "c", "d", "e"])[0].contains("in 5 of 6 tasks (a, b, c and 2 more)"));
        assert_eq!(of(&["not in this run"]), [""; 0]);
    }
}
