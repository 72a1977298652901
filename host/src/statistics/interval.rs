use serde::Serialize;

use super::PartCounts;

/// The 97.5th percentile of the standard normal distribution.
pub(super) const Z_975: f64 = 1.959963984540054;

/// A two-sided 95% confidence interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// The lower bound.
    pub low: f64,
    /// The upper bound.
    pub high: f64,
}

impl Interval {
    /// The interval around the mean of one value a task, each in \[0, 1\]; `None` without tasks.
    ///
    /// Wilson's score interval at the effective number of tasks. The tasks are the units: a suite is a sample
    /// of the problems it stands for, however many samples each task has. `m` tasks whose values spread less
    /// than zeros and ones with the same mean would say as much as `m / deff` zeros and ones, where `deff` is
    /// the ratio of the two variances (Franco et al. 2019, "Comparative study of confidence intervals for
    /// proportions in complex sample surveys"). The variances count one task more, half solved and half
    /// failed: without it a suite whose tasks happen to agree claims certainty. With one sample a task this
    /// is exactly Wilson's interval; it contains the mean and is never a point.
    #[must_use]
    pub fn of_mean(values: &[f64]) -> Option<Interval> {
        if values.is_empty() {
            return None;
        }
        let tasks = values.len() as f64;
        let sum: f64 = values.iter().sum();
        let squares: f64 = values.iter().map(|value| value * value).sum();
        let mean = sum / tasks;

        let padded_mean = (sum + 0.5) / (tasks + 1.0);
        let variance = (squares + 0.5) / (tasks + 1.0) - padded_mean * padded_mean;
        let design_effect = (variance / (padded_mean * (1.0 - padded_mean))).min(1.0);
        Some(wilson(mean, tasks / design_effect))
    }
}

impl Interval {
    /// The interval around the share of right parts among those of all tasks; `None` where there are none.
    ///
    /// As [`Interval::of_mean`], with parts in clusters: the variance is that of a ratio of sums over tasks (Cochran 1977,
    /// "Sampling Techniques", 6.3), the design effect its ratio to that of as many independent parts. The task more has as
    /// many parts as tasks have on average. With one part a task this is that interval.
    #[must_use]
    pub fn of_parts(tasks: &[PartCounts]) -> Option<Interval> {
        let counts = || tasks.iter().filter(|task| task.of > 0).map(|task| (task.right as f64, task.of as f64));
        let (right, of) = counts().fold((0.0, 0.0), |sum, task| (sum.0 + task.0, sum.1 + task.1));
        if of == 0.0 {
            return None;
        }
        let more = of / counts().count() as f64;
        let padded = (right + more / 2.0) / (of + more);
        let square = |right: f64, of: f64| (right - padded * of).powi(2);
        let spread = counts().map(|(right, of)| square(right, of)).sum::<f64>();
        let spread = spread + (square(more, more) + square(0.0, more)) / 2.0;
        let design_effect = spread / (padded * (1.0 - padded) * (of + more));
        Some(wilson(right / of, of / design_effect))
    }
}

/// Wilson's score interval of a proportion `p` seen in `n` independent trials; `n` need not be whole.
fn wilson(p: f64, n: f64) -> Interval {
    let z2 = Z_975 * Z_975;
    let scale = 1.0 / (1.0 + z2 / n);
    let centre = scale * (p + z2 / (2.0 * n));
    let half_width = scale * Z_975 * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).max(0.0).sqrt();
    // The bounds touch 0 and 1 only up to rounding.
    Interval { low: (centre - half_width).clamp(0.0, p), high: (centre + half_width).clamp(p, 1.0) }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::statistics::{fixtures, pass_at_k};

    #[test]
    fn one_sample_a_task_gives_the_score_interval_of_statsmodels() {
        for (passed, tasks, low, high) in fixtures::scipy().wilson {
            let values: Vec<f64> = (0..tasks).map(|task| if task < passed { 1.0 } else { 0.0 }).collect();
            let interval = Interval::of_mean(&values).unwrap();
            assert!((interval.low - low).abs() < 1e-12, "{passed} of {tasks}: {interval:?}");
            assert!((interval.high - high).abs() < 1e-12, "{passed} of {tasks}: {interval:?}");
        }
    }

    #[test]
    fn a_suite_that_is_all_passed_or_all_failed_keeps_its_doubt() {
        for tasks in [1, 24, 164] {
            let passed = Interval::of_mean(&vec![1.0; tasks]).unwrap();
            assert!(passed.high == 1.0 && passed.low < 1.0 && passed.low > 0.0, "{passed:?}");
            let failed = Interval::of_mean(&vec![0.0; tasks]).unwrap();
            assert!(failed.low == 0.0 && failed.high > 0.0 && failed.high < 1.0, "{failed:?}");
        }
    }

    #[test]
    fn one_part_a_task_gives_the_interval_of_the_mean_and_more_parts_that_agree_say_no_more() {
        let (values, parts): (Vec<f64>, Vec<PartCounts>) =
            (0..50).map(|task| (f64::from(task % 5 / 4), PartCounts { right: task as u64 % 5 / 4, of: 1 })).unzip();
        let of_mean = Interval::of_mean(&values).unwrap();
        let tripled: Vec<_> = parts.iter().map(|task| PartCounts { right: 3 * task.right, of: 3 }).collect();
        for interval in [Interval::of_parts(&parts).unwrap(), Interval::of_parts(&tripled).unwrap()] {
            assert!((interval.low - of_mean.low).abs() < 1e-12 && (interval.high - of_mean.high).abs() < 1e-12);
        }
        assert_eq!(Interval::of_parts(&[PartCounts::default()]), None);
    }

    #[test]
    fn no_tasks_give_no_interval() {
        assert_eq!(Interval::of_mean(&[]), None);
    }

    #[test]
    fn tasks_that_agree_are_worth_more_than_tasks_that_differ() {
        let same = Interval::of_mean(&[0.5; 100]).unwrap();
        let split: Vec<f64> = (0..100).map(|task| f64::from(task % 2)).collect();
        let split = Interval::of_mean(&split).unwrap();
        assert!(same.high - same.low < 0.3 * (split.high - split.low), "{same:?} {split:?}");
    }

    /// Per-task estimates as suites give them: pass@k of counts.
    fn values() -> impl Strategy<Value = Vec<f64>> {
        (1u64..20).prop_flat_map(|n| {
            (vec(0..=n, 1..200), 1..=n).prop_map(move |(passed, k)| {
                passed.into_iter().map(|c| pass_at_k(n, c, k).expect("k is at most n")).collect()
            })
        })
    }

    proptest! {
        #[test]
        fn the_interval_contains_the_mean_and_stays_within_bounds(values in values()) {
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            let Interval { low, high } = Interval::of_mean(&values).unwrap();
            prop_assert!(0.0 <= low && low <= mean && mean <= high && high <= 1.0);
            prop_assert!(low < high);
        }

        #[test]
        fn exchanging_passed_and_failed_mirrors_the_interval(values in values()) {
            let mirrored: Vec<f64> = values.iter().map(|value| 1.0 - value).collect();
            let (a, b) = (Interval::of_mean(&values).unwrap(), Interval::of_mean(&mirrored).unwrap());
            prop_assert!((a.low - (1.0 - b.high)).abs() < 1e-9 && (a.high - (1.0 - b.low)).abs() < 1e-9);
        }

        #[test]
        fn twice_as_many_tasks_narrow_the_interval(values in values()) {
            let width = |interval: Interval| interval.high - interval.low;
            let twice = [&values[..], &values[..]].concat();
            prop_assert!(width(Interval::of_mean(&twice).unwrap()) < width(Interval::of_mean(&values).unwrap()));
        }
    }
}
