use std::collections::HashMap;

use serde::Serialize;

use super::estimate::task_value;
use super::interval::Z_975;
use super::{NoEstimate, TaskCounts, pass_at_k, sign_flip_p_value};

/// The 80th percentile of the standard normal distribution.
const Z_80: f64 = 0.8416212335729143;

/// The difference of two runs' pass@k over the tasks that both have, paired by task.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Comparison {
    /// The `k` of pass@k.
    pub k: u64,
    /// How many tasks were compared: those with judged samples in both runs.
    pub n_tasks: u64,
    /// How many tasks only one of the runs has.
    pub n_unpaired: u64,
    /// The second run's pass@k less the first's, over the compared tasks, in \[-1, 1\].
    pub difference: f64,
    /// The lower bound of the difference's 95% interval.
    pub low: f64,
    /// The upper bound of the difference's 95% interval.
    pub high: f64,
    /// How often exchangeable runs would differ at least this much: see [`sign_flip_p_value`].
    pub p_value: f64,
    /// The smallest true difference that such a comparison would call significant at 5% four times out of five.
    pub minimum_detectable: f64,
}

impl Comparison {
    /// Compares the pass@k of two runs on their common tasks.
    ///
    /// # Errors
    /// When no task is in both, or one that is has fewer than `k` judged samples.
    pub fn pass_at_k(first: &[TaskCounts], second: &[TaskCounts], k: u64) -> Result<Comparison, NoEstimate> {
        let pairs = pairs(first, second);
        if pairs.is_empty() {
            return Err(NoEstimate::NoCommonTasks);
        }
        let differences = pairs
            .iter()
            .map(|(a, b)| Ok(task_value(b, k, pass_at_k)? - task_value(a, k, pass_at_k)?))
            .collect::<Result<Vec<f64>, NoEstimate>>()?;
        let samples = || pairs.iter().flat_map(|(a, b)| [a.verdicts.judged(), b.verdicts.judged()]);
        let denominator = samples().fold(1, |common, n| common_multiple(common, binomial(n, k)));
        // One draw of k samples out of those that a task has on average.
        let weight = (2 * pairs.len() as u64 * k) as f64 / samples().sum::<u64>() as f64;

        let judged = |tasks: &[TaskCounts]| tasks.iter().filter(|task| task.verdicts.judged() > 0).count();
        let difference = differences.iter().sum::<f64>() / differences.len() as f64;
        let (centre, standard_error) = adjusted_mean(&differences, weight);
        Ok(Comparison {
            k,
            n_tasks: pairs.len() as u64,
            n_unpaired: (judged(first) + judged(second) - 2 * pairs.len()) as u64,
            difference,
            low: (centre - Z_975 * standard_error).max(-1.0).min(difference),
            high: (centre + Z_975 * standard_error).min(1.0).max(difference),
            p_value: sign_flip_p_value(&differences, denominator),
            minimum_detectable: ((Z_975 + Z_80) * standard_error).min(1.0),
        })
    }
}

/// The tasks that both runs have judged samples of, in the first run's order.
fn pairs<'a>(first: &'a [TaskCounts], second: &'a [TaskCounts]) -> Vec<(&'a TaskCounts, &'a TaskCounts)> {
    let judged = |task: &&TaskCounts| task.verdicts.judged() > 0;
    let by_id: HashMap<&str, &TaskCounts> =
        second.iter().filter(judged).map(|task| (task.task_id.as_str(), task)).collect();
    first.iter().filter(judged).filter_map(|a| by_id.get(a.task_id.as_str()).map(|b| (a, *b))).collect()
}

/// The mean of paired differences and its standard error, clustered by task, with a task of `weight` added
/// whose difference is +1 or -1, half each: runs that happen to agree on every task leave doubt too. After
/// Agresti and Min 2005, "Simple improved confidence intervals for comparing matched proportions".
fn adjusted_mean(differences: &[f64], weight: f64) -> (f64, f64) {
    let tasks = differences.len() as f64 + weight;
    let mean = differences.iter().sum::<f64>() / tasks;
    let squares = differences.iter().map(|difference| difference * difference).sum::<f64>() + weight;
    (mean, ((squares / tasks - mean * mean) / tasks).sqrt())
}

/// `C(n, k)`; the largest integer where it does not fit.
fn binomial(n: u64, k: u64) -> u64 {
    let exact = (0..k.min(n.saturating_sub(k)))
        .try_fold(1u128, |value, i| Some(value.checked_mul(u128::from(n - i))? / u128::from(i + 1)));
    exact.and_then(|value| u64::try_from(value).ok()).unwrap_or(u64::MAX)
}

/// The least common multiple; the largest integer where it does not fit.
fn common_multiple(a: u64, b: u64) -> u64 {
    let (mut divisor, mut rest) = (a, b);
    while rest != 0 {
        (divisor, rest) = (rest, divisor % rest);
    }
    (a / divisor).saturating_mul(b)
}

#[cfg(test)]
mod tests {
    use assay_api::VerdictKind::{Failed, Infra, Passed};

    use super::*;
    use crate::statistics::fixtures;

    fn tasks(passed: &[u64], n: u64) -> Vec<TaskCounts> {
        let verdicts = |c: u64| (0..n).map(move |sample| if sample < c { Passed } else { Failed });
        passed.iter().enumerate().map(|(id, c)| TaskCounts::new(id.to_string(), verdicts(*c))).collect()
    }

    #[test]
    fn paired_runs_agree_with_scipy_and_statsmodels() {
        for case in fixtures::scipy().paired {
            let (first, second) = (tasks(&case.first, case.n_first), tasks(&case.second, case.n_second));
            let found = Comparison::pass_at_k(&first, &second, case.k).unwrap();
            let close = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-10, "{case:?}: {found}");
            close(found.difference, case.difference);
            close(found.p_value, case.p_value);
            close(found.low, case.low);
            close(found.high, case.high);
            close(found.minimum_detectable, case.minimum_detectable);
        }
    }

    #[test]
    fn one_sample_a_task_gives_the_exact_mcnemar_test() {
        for case in fixtures::scipy().mcnemar {
            let run = |passed: std::ops::Range<u64>| -> Vec<u64> {
                (0..case.tasks).map(|task| u64::from(passed.contains(&task))).collect()
            };
            let first = tasks(&run(0..case.only_first), 1);
            let second = tasks(&run(case.only_first..case.only_first + case.only_second), 1);
            let p = Comparison::pass_at_k(&first, &second, 1).unwrap().p_value;
            assert!((p - case.p_value).abs() < 1e-12 + 1e-9 * case.p_value, "{case:?}: {p}");
        }
    }

    #[test]
    fn runs_that_agree_on_every_task_still_have_doubt() {
        let run = tasks(&[5, 0, 3, 5], 5);
        let found = Comparison::pass_at_k(&run, &run, 1).unwrap();
        assert_eq!((found.difference, found.p_value), (0.0, 1.0));
        assert!(found.low < 0.0 && found.high > 0.0 && found.minimum_detectable > 0.0, "{found:?}");
    }

    #[test]
    fn swapping_the_runs_mirrors_the_comparison() {
        let (first, second) = (tasks(&[5, 0, 3, 5, 1], 5), tasks(&[4, 1, 5, 5, 3], 5));
        let there = Comparison::pass_at_k(&first, &second, 2).unwrap();
        let back = Comparison::pass_at_k(&second, &first, 2).unwrap();
        assert_eq!((there.difference, there.low, there.high), (-back.difference, -back.high, -back.low));
        assert_eq!((there.p_value, there.minimum_detectable), (back.p_value, back.minimum_detectable));
    }

    #[test]
    fn only_tasks_judged_in_both_runs_are_compared() {
        let first = [TaskCounts::new("a", [Passed]), TaskCounts::new("b", [Infra]), TaskCounts::new("c", [Passed])];
        let second = [TaskCounts::new("b", [Passed]), TaskCounts::new("a", [Failed])];
        let found = Comparison::pass_at_k(&first, &second, 1).unwrap();
        assert_eq!((found.n_tasks, found.n_unpaired, found.difference), (1, 2, -1.0));
        assert_eq!(Comparison::pass_at_k(&first, &[], 1), Err(NoEstimate::NoCommonTasks));
    }

    #[test]
    fn binomials_saturate() {
        assert_eq!(binomial(20, 5), 15_504);
        assert_eq!(binomial(1, 1), 1);
        assert_eq!(binomial(10_000, 5_000), u64::MAX);
        assert_eq!(common_multiple(6, 4), 12);
        assert_eq!(common_multiple(u64::MAX, 2), u64::MAX);
    }
}
