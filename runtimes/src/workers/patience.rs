use std::time::{Duration, Instant};

/// A program that executes less fuel than this in a nanosecond hangs. An unhurried core executes 4 to 7.
const LEAST_FUEL_PER_NANO: f64 = 0.2;

/// A year: no deadline is further away.
const FOREVER: Duration = Duration::from_secs(365 * 24 * 3600);

/// How long to wait for a program's outcome before its worker counts as hanging.
///
/// A backstop for bugs of the engine's, which decides no verdict: so it must never fire because a machine is busy. A
/// worker that goes on using the processor may take any time, up to the processor time that the program's fuel explains.
#[derive(Debug)]
pub(super) struct Patience {
    /// The wall time between two looks at the worker; also the processor time that the program may take after the first.
    allowed: Duration,
    deadline: Instant,
    /// The worker's processor time at the first look, and at the last.
    looks: Option<(Duration, Duration)>,
}

impl Patience {
    /// For a program that takes at most `fuel` and begins now. It may take at least `least`.
    pub(super) fn new(fuel: u64, least: Duration) -> Self {
        let allowed = Duration::from_nanos((fuel as f64 / LEAST_FUEL_PER_NANO) as u64).max(least).min(FOREVER);
        Patience { allowed, deadline: Instant::now() + allowed, looks: None }
    }

    /// When to look again.
    pub(super) fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Whether to wait on at the deadline. The worker has used the processor for `cpu_time` by now, where the system
    /// tells.
    pub(super) fn extend(&mut self, cpu_time: Option<Duration>) -> bool {
        let Some(now) = cpu_time else { return false };
        self.deadline = Instant::now() + self.allowed;
        let (first, last) = self.looks.unwrap_or((now, Duration::ZERO));
        self.looks = Some((first, now));
        now > last && now.saturating_sub(first) < self.allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn patience(fuel: u64) -> Patience {
        Patience::new(fuel, MINUTE)
    }

    #[test]
    fn the_time_follows_from_the_fuel_and_has_a_floor() {
        assert_eq!(patience(1_000_000).allowed, MINUTE);
        assert_eq!(patience(100_000_000_000).allowed, Duration::from_secs(500));
        assert_eq!(patience(u64::MAX).allowed, FOREVER);
    }

    #[test]
    fn a_worker_on_a_busy_machine_may_take_longer_and_one_that_hangs_may_not() {
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        let mut busy = patience(0);
        assert!(busy.extend(seconds(100)) && busy.extend(seconds(130)) && busy.extend(seconds(159)));
        assert!(!busy.extend(seconds(160)), "its fuel does not explain a minute");
        let mut hangs = patience(0);
        assert!(hangs.extend(seconds(100)) && !hangs.extend(seconds(100)), "it does nothing");
        assert!(!patience(0).extend(None), "nobody knows what it does");
    }
}
