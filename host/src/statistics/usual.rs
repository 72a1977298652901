/// Which k are reported where the user names none and there are enough samples.
const USUAL: [u64; 4] = [1, 5, 10, 100];

/// The k of pass@k that are reported where the user names none, for tasks with at least `n` samples each.
#[must_use]
pub fn usual_ks(n: u64) -> Vec<u64> {
    USUAL.into_iter().filter(|k| *k <= n).collect()
}
