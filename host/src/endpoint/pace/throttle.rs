use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::bucket::Bucket;
use super::window::Window;

/// How many requests are under way at once in the beginning.
const FIRST: u32 = 4;

/// What may be saved up of `rpm` and of `tpm`.
const SAVED: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(6));

/// Bounds on how much is asked of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pace {
    /// How many requests are under way at once at most. They begin with 4 and become more while the server gives more
    /// tokens a second for it. Default 32.
    pub concurrency: u32,
    /// How many requests are sent a minute at most, retries included; `None`, the default, for any number.
    pub requests_per_minute: Option<u32>,
    /// How many tokens, prompts' and completions', are spent a minute at most; `None`, the default, for any number.
    pub tokens_per_minute: Option<u32>,
}

impl Default for Pace {
    fn default() -> Self {
        Pace { concurrency: 32, requests_per_minute: None, tokens_per_minute: None }
    }
}

/// Lets requests through one after the other, in the order in which they come.
#[derive(Debug)]
pub(in crate::endpoint) struct Throttle {
    /// Held by the request that is next.
    turn: tokio::sync::Mutex<()>,
    state: Mutex<State>,
    /// Told when a request ends or the window changes.
    room: Notify,
}

#[derive(Debug)]
struct State {
    window: Window,
    under_way: u32,
    requests: Option<Bucket>,
    tokens: Option<Bucket>,
    /// The mean of completions' tokens, exponentially weighted.
    usual_tokens: Option<f64>,
    /// The server wants to be left alone until then.
    closed_until: Option<Instant>,
}

/// How a request ended.
#[derive(Debug, Clone, Copy)]
pub(in crate::endpoint) enum Answered {
    /// With tokens in its prompt and its completion.
    Well { prompt_tokens: u64, completion_tokens: u64 },
    /// The server is overloaded, and may have said how long it wants to be left alone.
    Overloaded { pause: Option<Duration> },
    /// In another way.
    Otherwise,
}

/// A request under way.
pub(in crate::endpoint) struct Permit<'a> {
    throttle: &'a Throttle,
    epoch: u64,
    since: Instant,
    /// What was taken from the tokens' bucket.
    charged: f64,
}

enum Next {
    Go,
    Room,
    At(Duration),
}

impl Throttle {
    pub(in crate::endpoint) fn new(pace: &Pace) -> Self {
        let now = Instant::now();
        let bucket = |rate: Option<u32>, saved| rate.map(|rate| Bucket::new(rate, saved, now));
        let state = State {
            window: Window::new(FIRST, pace.concurrency),
            under_way: 0,
            requests: bucket(pace.requests_per_minute, SAVED.0),
            tokens: bucket(pace.tokens_per_minute, SAVED.1),
            usual_tokens: None,
            closed_until: None,
        };
        Throttle { turn: tokio::sync::Mutex::new(()), state: Mutex::new(state), room: Notify::new() }
    }

    /// Waits until a request of about `prompt_tokens` may be sent, whose completion has at most `max_tokens`.
    pub(in crate::endpoint) async fn enter(&self, prompt_tokens: u64, max_tokens: Option<u32>) -> Permit<'_> {
        let _turn = self.turn.lock().await;
        loop {
            let next = {
                let mut state = self.state();
                let now = Instant::now();
                let cost = state.cost(prompt_tokens, max_tokens);
                let next = state.next(cost, now);
                if matches!(next, Next::Go) {
                    state.start(cost);
                    return Permit { throttle: self, epoch: state.window.epoch(), since: now, charged: cost };
                }
                next
            };
            match next {
                Next::At(wait) => tokio::time::sleep(wait).await,
                Next::Room | Next::Go => self.room.notified().await,
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn cost(&self, prompt_tokens: u64, max_tokens: Option<u32>) -> f64 {
        let completion = self.usual_tokens.unwrap_or_else(|| f64::from(max_tokens.unwrap_or(256)));
        prompt_tokens as f64 + completion
    }

    fn next(&mut self, cost: f64, now: Instant) -> Next {
        if self.under_way >= self.window.limit() {
            return Next::Room;
        }
        let closed = self.closed_until.map_or(Duration::ZERO, |until| until.saturating_duration_since(now));
        let requests = self.requests.as_mut().map_or(Duration::ZERO, |bucket| bucket.wait(1.0, now));
        let tokens = self.tokens.as_mut().map_or(Duration::ZERO, |bucket| bucket.wait(cost, now));
        let wait = closed.max(requests).max(tokens);
        if wait.is_zero() { Next::Go } else { Next::At(wait) }
    }

    fn start(&mut self, cost: f64) {
        self.under_way += 1;
        self.requests.iter_mut().for_each(|bucket| bucket.spend(1.0));
        self.tokens.iter_mut().for_each(|bucket| bucket.spend(cost));
    }
}

impl Permit<'_> {
    /// Tells how the request ended.
    pub(in crate::endpoint) fn end(self, how: Answered) {
        let mut state = self.throttle.state();
        match how {
            Answered::Well { prompt_tokens, completion_tokens } => {
                let spent = (prompt_tokens + completion_tokens) as f64;
                state.tokens.iter_mut().for_each(|bucket| bucket.spend(spent - self.charged));
                let usual = state.usual_tokens.unwrap_or(completion_tokens as f64);
                state.usual_tokens = Some(usual + 0.1 * (completion_tokens as f64 - usual));
                let under_way = state.under_way;
                state.window.answered(completion_tokens, self.since.elapsed().as_secs_f64(), under_way);
            }
            Answered::Overloaded { pause } => {
                state.window.overloaded(self.epoch);
                let until = pause.and_then(|pause| Instant::now().checked_add(pause));
                state.closed_until = state.closed_until.max(until);
            }
            Answered::Otherwise => {}
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.throttle.state().under_way -= 1;
        self.throttle.room.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use futures_util::FutureExt as _;

    use super::*;

    fn well() -> Answered {
        Answered::Well { prompt_tokens: 1, completion_tokens: 1 }
    }

    #[test]
    fn a_request_waits_for_room_and_one_that_is_given_up_makes_room() {
        let throttle = Throttle::new(&Pace { concurrency: 2, ..Pace::default() });
        let first = throttle.enter(1, None).now_or_never().unwrap();
        let _second = throttle.enter(1, None).now_or_never().unwrap();
        let mut third = pin!(throttle.enter(1, None));
        assert!(third.as_mut().now_or_never().is_none());
        drop(first);
        assert!(third.now_or_never().is_some());
    }

    #[test]
    fn rates_are_kept_and_what_was_charged_too_much_is_given_back() {
        let pace = Pace { requests_per_minute: Some(60), tokens_per_minute: Some(600), ..Pace::default() };
        let throttle = Throttle::new(&pace);
        throttle.enter(20, Some(40)).now_or_never().unwrap().end(well());
        let mut state = throttle.state();
        let now = Instant::now();
        assert!(matches!(state.next(1.0, now), Next::At(wait) if wait > Duration::from_millis(500)));
        // Sixty were charged, two were used.
        assert_eq!(state.tokens.as_mut().unwrap().wait(50.0, now), Duration::ZERO);
    }

    #[test]
    fn a_pause_that_the_server_asks_for_holds_for_every_request() {
        let throttle = Throttle::new(&Pace::default());
        let permit = throttle.enter(1, None).now_or_never().unwrap();
        permit.end(Answered::Overloaded { pause: Some(Duration::from_secs(3600)) });
        assert!(matches!(throttle.state().next(1.0, Instant::now()), Next::At(_)));
        assert_eq!(throttle.state().window.limit(), 2);
    }
}
