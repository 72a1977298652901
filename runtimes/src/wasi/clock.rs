//! The virtual clock: a function of the fuel used and the time slept, never of the host's clocks.

use std::time::Duration;

/// What the wall clock shows when a program starts, in nanoseconds since 1970: 2026-01-01T00:00:00Z.
pub(crate) const EPOCH_NANOS: u64 = 1_767_225_600_000_000_000;

/// What the monotonic clock shows when a program starts, in nanoseconds.
const MONOTONIC_START_NANOS: u64 = 1_000_000_000;

/// How much fuel a nanosecond of computing takes, so that virtual time passes about as fast as real time on a
/// machine of 2020s.
const FUEL_PER_NANO: u64 = 5;

/// The clocks that a program can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClockId {
    /// Time since 1970.
    Realtime,
    /// Time since an arbitrary instant; process and thread CPU time too.
    Monotonic,
}

/// A program's clock.
#[derive(Debug)]
pub(crate) struct Clock {
    slept: u64,
    limit: u64,
}

impl Clock {
    /// A clock that may sleep `limit` in all.
    pub(crate) fn new(limit: Duration) -> Self {
        Clock { slept: 0, limit: u64::try_from(limit.as_nanos()).unwrap_or(u64::MAX) }
    }

    /// What the clock shows after `fuel` was used, in nanoseconds.
    pub(crate) fn now(&self, clock: ClockId, fuel: u64) -> u64 {
        let start = match clock {
            ClockId::Realtime => EPOCH_NANOS,
            ClockId::Monotonic => MONOTONIC_START_NANOS,
        };
        start.saturating_add(self.slept).saturating_add(fuel / FUEL_PER_NANO)
    }

    /// Sleeps `nanos`, in no real time. Returns false when the program has slept longer than it may.
    #[must_use]
    pub(crate) fn sleep(&mut self, nanos: u64) -> bool {
        self.slept = self.slept.saturating_add(nanos);
        self.slept <= self.limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sleeping_moves_both_clocks_by_as_much() {
        let mut clock = Clock::new(Duration::from_secs(100));
        let before = (clock.now(ClockId::Realtime, 0), clock.now(ClockId::Monotonic, 0));
        assert!(clock.sleep(60_000_000_000));
        assert_eq!(clock.now(ClockId::Realtime, 0) - before.0, 60_000_000_000);
        assert_eq!(clock.now(ClockId::Monotonic, 0) - before.1, 60_000_000_000);
    }

    #[test]
    fn sleeping_past_the_limit_is_noticed_and_never_overflows() {
        let mut clock = Clock::new(Duration::from_secs(1));
        assert!(clock.sleep(1_000_000_000));
        assert!(!clock.sleep(1));
        assert!(!clock.sleep(u64::MAX));
        assert_eq!(clock.now(ClockId::Realtime, u64::MAX), u64::MAX);
    }
}
