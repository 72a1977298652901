use std::time::{Duration, Instant};

/// A token bucket: what may be spent a minute, with a little saved up.
///
/// A cost larger than what can be saved up is let through when the bucket is full and leaves a debt, so that no
/// request waits for ever; later ones wait until the debt is paid off.
#[derive(Debug)]
pub(super) struct Bucket {
    per_second: f64,
    capacity: f64,
    level: f64,
    at: Instant,
}

impl Bucket {
    /// A full bucket that regains `per_minute`, and holds what it regains in `saved`, at least 1.
    pub(super) fn new(per_minute: u32, saved: Duration, now: Instant) -> Self {
        let per_second = f64::from(per_minute) / 60.0;
        let capacity = (per_second * saved.as_secs_f64()).max(1.0);
        Bucket { per_second, capacity, level: capacity, at: now }
    }

    /// How long to wait at `now` until `cost` may be spent; zero when it may be spent now.
    pub(super) fn wait(&mut self, cost: f64, now: Instant) -> Duration {
        self.refill(now);
        let lacking = cost.min(self.capacity) - self.level;
        // A little more than needed, so that the time to come is never a rounding error away.
        if lacking <= 1e-9 { Duration::ZERO } else { Duration::from_secs_f64(lacking / self.per_second + 1e-6) }
    }

    /// Spends `cost`, or gives it back when it is negative.
    pub(super) fn spend(&mut self, cost: f64) {
        self.level = (self.level - cost).min(self.capacity);
    }

    fn refill(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.level = (self.level + passed * self.per_second).min(self.capacity);
        self.at = self.at.max(now);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Spends `costs` as soon as possible and gives the time of each.
    fn spend(bucket: &mut Bucket, start: Instant, costs: &[f64]) -> Vec<Duration> {
        let mut now = start;
        let one = |cost: &f64| {
            now += bucket.wait(*cost, now);
            assert_eq!(bucket.wait(*cost, now), Duration::ZERO);
            bucket.spend(*cost);
            now - start
        };
        costs.iter().map(one).collect()
    }

    #[test]
    fn requests_follow_each_other_at_the_rate() {
        let start = Instant::now();
        let times = spend(&mut Bucket::new(120, Duration::from_secs(1), start), start, &[1.0; 5]);
        let millis: Vec<u128> = times.iter().map(Duration::as_millis).collect();
        assert_eq!(millis, [0, 0, 500, 1000, 1500]);
    }

    #[test]
    fn what_was_not_used_is_given_back() {
        let start = Instant::now();
        let mut bucket = Bucket::new(60, Duration::from_secs(10), start);
        bucket.spend(10.0);
        assert_eq!(bucket.wait(5.0, start).as_secs(), 5);
        bucket.spend(-5.0);
        assert_eq!(bucket.wait(5.0, start), Duration::ZERO);
    }

    proptest! {
        #[test]
        fn no_interval_holds_more_than_the_rate_the_savings_and_one_cost(
            per_minute in 1_u32..10_000,
            costs in prop::collection::vec(0.0..500.0_f64, 1..40),
        ) {
            let start = Instant::now();
            let saved = Duration::from_secs(6);
            let mut bucket = Bucket::new(per_minute, saved, start);
            let times = spend(&mut bucket, start, &costs);
            let rate = f64::from(per_minute) / 60.0;
            for first in 0..costs.len() {
                for last in first..costs.len() {
                    let within = (times[last] - times[first]).as_secs_f64();
                    let spent: f64 = costs[first..last].iter().sum();
                    prop_assert!(spent <= rate * (within + saved.as_secs_f64()) + 1.0 + costs[first..last].iter().fold(0.0, |a: f64, b| a.max(*b)) + 1e-3);
                }
            }
        }
    }
}
