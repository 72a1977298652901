/// How many values the sum of differences may take before they are rounded to a coarser grid.
const GRID: f64 = 131_072.0;

/// The two-sided p-value of the exact sign-flip test on paired differences, each in \[-1, 1\].
///
/// Under the null hypothesis the two runs are exchangeable on every task, so each difference is as likely to
/// have the other sign. The p-value is the share of all sign patterns whose sum is at least as far from zero
/// as the observed one. The distribution of the sum is built up one task at a time over a grid (Pagano and
/// Tritchler 1983, "On obtaining permutation distributions in polynomial time"): nothing is drawn at random.
/// With one sample a task this is the exact McNemar test.
///
/// `denominator` says that the differences are multiples of its reciprocal. Where that grid would be too
/// fine for the time it takes, the differences are rounded: the test then is exact for their rounded sum.
#[must_use]
pub fn sign_flip_p_value(differences: &[f64], denominator: u64) -> f64 {
    let reach: f64 = differences.iter().map(|difference| difference.abs()).sum();
    if reach == 0.0 {
        return 1.0;
    }
    let steps = (denominator as f64).min((GRID / reach).floor()).max(1.0);
    // Rounding is odd, so a flipped sign stays a flipped sign.
    let rounded: Vec<i64> = differences.iter().map(|difference| (difference * steps).round() as i64).collect();
    let magnitudes = rounded.iter().map(|step| step.unsigned_abs() as usize).filter(|step| *step > 0);

    let total: usize = magnitudes.clone().sum();
    let observed = rounded.iter().sum::<i64>().unsigned_abs() as usize;
    if observed == 0 {
        return 1.0;
    }
    // A sum of signed magnitudes is twice the sum of the positive ones, less the total.
    let positive = positive_sums(magnitudes, total);
    let tail: f64 = positive[(total + observed) / 2..].iter().rev().sum();
    (2.0 * tail).min(1.0)
}

/// The distribution of the sum of those magnitudes that a fair coin picks, at 0 to `total`.
fn positive_sums(magnitudes: impl Iterator<Item = usize>, total: usize) -> Vec<f64> {
    let mut probability = vec![0.0; total + 1];
    probability[0] = 1.0;
    let mut reached = 0;
    for step in magnitudes {
        reached += step;
        for sum in (step..=reached).rev() {
            probability[sum] = 0.5 * (probability[sum] + probability[sum - step]);
        }
        probability[..step].iter_mut().for_each(|value| *value *= 0.5);
    }
    probability
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    /// Every sign pattern, one by one.
    fn by_enumeration(steps: &[i64]) -> f64 {
        let observed = steps.iter().sum::<i64>().abs();
        let patterns = 1u32 << steps.len();
        let extreme = (0..patterns).filter(|signs| {
            let sum: i64 =
                steps.iter().enumerate().map(|(i, step)| if signs >> i & 1 == 1 { *step } else { -step }).sum();
            sum.abs() >= observed
        });
        extreme.count() as f64 / f64::from(patterns)
    }

    #[test]
    fn equal_runs_give_no_evidence() {
        assert_eq!(sign_flip_p_value(&[], 1), 1.0);
        assert_eq!(sign_flip_p_value(&[0.0; 10], 5), 1.0);
        assert_eq!(sign_flip_p_value(&[0.5, -0.5], 2), 1.0);
    }

    #[test]
    fn a_thousand_tasks_with_a_fine_grid_stay_within_range() {
        let differences: Vec<f64> = (0..1140).map(|task| f64::from(task % 7 - 3) / 3.0 + 0.01).collect();
        let p = sign_flip_p_value(&differences, u64::MAX);
        assert!(p > 0.0 && p < 1.0, "{p}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_p_value_is_the_share_of_sign_patterns_as_extreme(steps in vec(-20i64..=20, 1..12)) {
            let differences: Vec<f64> = steps.iter().map(|step| *step as f64 / 20.0).collect();
            prop_assert!((sign_flip_p_value(&differences, 20) - by_enumeration(&steps)).abs() < 1e-12);
        }

        #[test]
        fn the_order_of_the_runs_does_not_matter(differences in vec(-1.0..=1.0, 1..100)) {
            let swapped: Vec<f64> = differences.iter().map(|difference: &f64| -difference).collect();
            prop_assert_eq!(sign_flip_p_value(&differences, 840), sign_flip_p_value(&swapped, 840));
        }
    }
}
