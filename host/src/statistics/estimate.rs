use serde::Serialize;
use thiserror::Error;

use super::{Interval, PartCounts, TaskCounts, pass_at_k, pass_hat_k};

/// A probability over a suite's tasks, with its 95% interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Estimate {
    /// The mean over tasks, in \[0, 1\].
    pub value: f64,
    /// The lower bound of the interval, in \[0, value\].
    pub low: f64,
    /// The upper bound of the interval, in \[value, 1\].
    pub high: f64,
}

/// Why there is no estimate.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoEstimate {
    /// No task has a sample that says something about the model.
    #[error("no task has a judged sample")]
    NoTasks,
    /// Two runs have no task in common.
    #[error("no task has judged samples in both runs")]
    NoCommonTasks,
    /// A draw of `k` samples needs as many on every task.
    #[error("task {task_id} has too few judged samples: {judged}, not {k}")]
    TooFewSamples {
        /// The first such task.
        task_id: String,
        /// How many of its samples say something about the model.
        judged: u64,
        /// How many are needed.
        k: u64,
    },
}

impl Estimate {
    /// pass@k over a suite: the mean of the tasks' estimates, and its interval by [`Interval::of_mean`].
    ///
    /// Samples that the infrastructure lost are not counted; a task that lost all of them is left out.
    ///
    /// # Errors
    /// When there is nothing to average, or a task has fewer than `k` judged samples.
    pub fn pass_at_k(tasks: &[TaskCounts], k: u64) -> Result<Estimate, NoEstimate> {
        Estimate::mean(tasks, k, pass_at_k)
    }

    /// pass^k over a suite: as [`Estimate::pass_at_k`], with all of `k` samples to pass.
    ///
    /// # Errors
    /// As [`Estimate::pass_at_k`].
    pub fn pass_hat_k(tasks: &[TaskCounts], k: u64) -> Result<Estimate, NoEstimate> {
        Estimate::mean(tasks, k, pass_hat_k)
    }

    /// The share of right parts among those of all tasks, and its interval by [`Interval::of_parts`]; `None` where there are
    /// none.
    #[must_use]
    pub fn of_parts(tasks: &[PartCounts]) -> Option<Estimate> {
        let Interval { low, high } = Interval::of_parts(tasks)?;
        let all = PartCounts::new(tasks.iter().map(|task| (task.right, task.of)));
        Some(Estimate { value: all.right as f64 / all.of as f64, low, high })
    }

    fn mean(tasks: &[TaskCounts], k: u64, estimator: Estimator) -> Result<Estimate, NoEstimate> {
        let values = tasks
            .iter()
            .filter(|task| !task.lost())
            .map(|task| task_value(task, k, estimator))
            .collect::<Result<Vec<f64>, NoEstimate>>()?;
        let Interval { low, high } = Interval::of_mean(&values).ok_or(NoEstimate::NoTasks)?;
        Ok(Estimate { value: values.iter().sum::<f64>() / values.len() as f64, low, high })
    }
}

/// From the number of samples, how many of them passed, and `k`.
type Estimator = fn(u64, u64, u64) -> Option<f64>;

/// The estimate for one task.
pub(super) fn task_value(task: &TaskCounts, k: u64, estimator: Estimator) -> Result<f64, NoEstimate> {
    let judged = task.verdicts.judged();
    estimator(judged, task.verdicts.passed(), k).ok_or_else(|| NoEstimate::TooFewSamples {
        task_id: task.task_id.clone(),
        judged,
        k,
    })
}

#[cfg(test)]
mod tests {
    use assay_api::VerdictKind::{Failed, Infra, Passed, Truncated, Unsupported};

    use super::*;

    #[test]
    fn a_suite_is_the_mean_of_its_tasks() {
        let tasks = [TaskCounts::new("a", [Passed, Failed]), TaskCounts::new("b", [Truncated, Unsupported])];
        assert_eq!(Estimate::pass_at_k(&tasks, 1).unwrap().value, 0.25);
        assert_eq!(Estimate::pass_at_k(&tasks, 2).unwrap().value, 0.5);
        assert_eq!(Estimate::pass_hat_k(&tasks, 2).unwrap().value, 0.0);
    }

    #[test]
    fn one_task_with_fewer_than_k_samples_withholds_the_estimate_and_is_named() {
        let tasks = [TaskCounts::new("a", [Passed, Failed]), TaskCounts::new("b", [Passed, Infra])];
        let error = Estimate::pass_at_k(&tasks, 2).unwrap_err();
        assert_eq!(error.to_string(), "task b has too few judged samples: 1, not 2");
    }

    #[test]
    fn what_the_infrastructure_lost_is_not_held_against_the_model() {
        let tasks = [TaskCounts::new("a", [Passed, Infra]), TaskCounts::new("b", [Infra, Infra])];
        assert_eq!(Estimate::pass_at_k(&tasks, 1).unwrap().value, 1.0);
    }

    #[test]
    fn a_task_that_was_never_sampled_withholds_the_estimate() {
        let tasks = [TaskCounts::new("a", [Passed]), TaskCounts::new("b", [])];
        assert!(matches!(Estimate::pass_at_k(&tasks, 1), Err(NoEstimate::TooFewSamples { judged: 0, .. })));
        assert_eq!(Estimate::pass_at_k(&[], 1), Err(NoEstimate::NoTasks));
    }
}
