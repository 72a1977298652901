//! `poll_oneoff`: the only way to wait, on a clock that waiting moves.

use super::clock::{Clock, ClockId};

/// The size of a subscription in guest memory, in bytes.
pub(crate) const SUBSCRIPTION_BYTES: usize = 48;

/// The size of an event in guest memory, in bytes.
pub(crate) const EVENT_BYTES: usize = 32;

/// How many subscriptions one call may have; more is an error for the guest.
pub(crate) const MAX_SUBSCRIPTIONS: u32 = 1024;

const ABSOLUTE: u16 = 1;

/// What a guest waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    /// Until a clock shows this, in nanoseconds.
    Clock { clock: ClockId, at: u64 },
    /// Until a descriptor can be read or written: always at once.
    Descriptor,
}

#[derive(Debug, Clone, Copy)]
struct Subscription {
    userdata: u64,
    tag: u8,
    event: Event,
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes[at..at + 8].iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte))
}

impl Subscription {
    /// `None` when the guest names an unknown clock or event.
    fn parse(bytes: &[u8], clock: &Clock, fuel: u64) -> Option<Self> {
        let tag = bytes[8];
        let event = match tag {
            0 => {
                let id = match u64_at(bytes, 16) as u32 {
                    0 => ClockId::Realtime,
                    1..=3 => ClockId::Monotonic,
                    _ => return None,
                };
                let timeout = u64_at(bytes, 24);
                let absolute = u16::from_le_bytes([bytes[40], bytes[41]]) & ABSOLUTE != 0;
                let at = if absolute { timeout } else { clock.now(id, fuel).saturating_add(timeout) };
                Event::Clock { clock: id, at }
            }
            1 | 2 => Event::Descriptor,
            _ => return None,
        };
        Some(Subscription { userdata: u64_at(bytes, 0), tag, event })
    }

    fn event(self) -> [u8; EVENT_BYTES] {
        let mut out = [0; EVENT_BYTES];
        out[..8].copy_from_slice(&self.userdata.to_le_bytes());
        out[10] = self.tag;
        out
    }
}

/// What a call of `poll_oneoff` gave.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Polled {
    /// The events that happened; never none.
    Events(Vec<[u8; EVENT_BYTES]>),
    /// A subscription is malformed.
    Invalid,
    /// The program has slept longer than it may.
    OutOfTime,
}

/// Waits for the first of the subscriptions in `bytes`, moving the clock instead of real time.
pub(crate) fn poll(bytes: &[u8], clock: &mut Clock, fuel: u64) -> Polled {
    let parsed = bytes.chunks_exact(SUBSCRIPTION_BYTES).map(|chunk| Subscription::parse(chunk, clock, fuel));
    let Some(subscriptions) = parsed.collect::<Option<Vec<_>>>() else { return Polled::Invalid };
    let wait = |clock: &Clock, subscription: &Subscription| match subscription.event {
        Event::Clock { clock: id, at } => at.saturating_sub(clock.now(id, fuel)),
        Event::Descriptor => 0,
    };
    let Some(shortest) = subscriptions.iter().map(|s| wait(clock, s)).min() else { return Polled::Invalid };
    if !clock.sleep(shortest) {
        return Polled::OutOfTime;
    }
    Polled::Events(subscriptions.iter().filter(|s| wait(clock, s) == 0).map(|s| s.event()).collect())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn clock_subscription(userdata: u64, timeout: u64, flags: u16) -> Vec<u8> {
        let mut bytes = vec![0; SUBSCRIPTION_BYTES];
        bytes[..8].copy_from_slice(&userdata.to_le_bytes());
        bytes[16] = 1;
        bytes[24..32].copy_from_slice(&timeout.to_le_bytes());
        bytes[40..42].copy_from_slice(&flags.to_le_bytes());
        bytes
    }

    #[test]
    fn the_shortest_wait_happens_and_moves_the_clock() {
        let mut clock = Clock::new(Duration::from_secs(10));
        let before = clock.now(ClockId::Monotonic, 0);
        let mut bytes = clock_subscription(1, 5_000, 0);
        bytes.extend(clock_subscription(2, 3_000, 0));
        let Polled::Events(events) = poll(&bytes, &mut clock, 0) else { panic!("no events") };
        assert_eq!(events.len(), 1);
        assert_eq!(events[0][0], 2);
        assert_eq!(clock.now(ClockId::Monotonic, 0) - before, 3_000);
    }

    #[test]
    fn an_absolute_time_in_the_past_is_no_wait() {
        let mut clock = Clock::new(Duration::ZERO);
        assert!(matches!(poll(&clock_subscription(1, 5, ABSOLUTE), &mut clock, 0), Polled::Events(_)));
    }

    #[test]
    fn sleeping_past_the_limit_and_malformed_subscriptions_are_told() {
        let mut clock = Clock::new(Duration::ZERO);
        assert_eq!(poll(&clock_subscription(1, 5, 0), &mut clock, 0), Polled::OutOfTime);
        let mut unknown = clock_subscription(1, 5, 0);
        unknown[8] = 9;
        assert_eq!(poll(&unknown, &mut clock, 0), Polled::Invalid);
        assert_eq!(poll(&[], &mut clock, 0), Polled::Invalid);
    }
}
