/// The fewest answers from which a rate is judged.
const FEWEST: u32 = 8;
/// By how much the window grows while the server has never refused anything.
const GROWTH: f64 = 1.5;
/// What share of a growth must come back as a higher rate for the growth to be kept.
const WORTH: f64 = 0.25;
/// How many rounds pass after a growth that was not worth it before the next is tried.
const PATIENCE: u32 = 8;
/// What share of the window must have been in use for a round to say something about it.
const IN_USE: f64 = 0.75;

/// How many requests may be under way at once: it grows while more requests at once give more tokens a second, and is
/// halved when the server is overloaded.
///
/// A round lasts until as many answers are in as the window is wide, at least eight. By Little's law its rate in tokens
/// a second is the mean number of requests under way, times the tokens of all its answers, over the sum of their
/// latencies: while the latency of a token holds, the rate grows with the window, and when requests only queue up, it
/// stays. A growth is kept when the rate rose by at least a quarter of what the window did; else it is taken back, and
/// tried again eight rounds later. After the first overload the window grows by one instead of by half.
#[derive(Debug)]
pub(super) struct Window {
    most: f64,
    limit: f64,
    /// The widest window that was worth it, and its rate.
    best: Option<(f64, f64)>,
    round: Round,
    rounds_to_wait: u32,
    refused: bool,
    epoch: u64,
}

#[derive(Debug, Default)]
struct Round {
    answers: u32,
    under_way: f64,
    tokens: f64,
    seconds: f64,
}

impl Window {
    /// A window of `first` that never grows beyond `most`.
    pub(super) fn new(first: u32, most: u32) -> Self {
        let most = f64::from(most.max(1));
        Window {
            most,
            limit: f64::from(first).clamp(1.0, most),
            best: None,
            round: Round::default(),
            rounds_to_wait: 0,
            refused: false,
            epoch: 0,
        }
    }

    /// How many requests may be under way now.
    pub(super) fn limit(&self) -> u32 {
        self.limit as u32
    }

    /// Changes with every overload. An overload that belongs to an earlier one has been heeded already.
    pub(super) fn epoch(&self) -> u64 {
        self.epoch
    }

    /// An answer of `tokens` tokens took `seconds`; `under_way` requests were, itself included.
    pub(super) fn answered(&mut self, tokens: u64, seconds: f64, under_way: u32) {
        let enough = self.limit().max(FEWEST);
        let round = &mut self.round;
        round.answers += 1;
        round.under_way += f64::from(under_way);
        round.tokens += tokens.max(1) as f64;
        round.seconds += seconds.max(1e-6);
        if round.answers >= enough {
            let round = std::mem::take(round);
            let under_way = round.under_way / f64::from(round.answers);
            if under_way >= IN_USE * f64::from(self.limit()) {
                self.judge(under_way * round.tokens / round.seconds);
            }
        }
    }

    /// A request that started in `epoch` met an overloaded server.
    pub(super) fn overloaded(&mut self, epoch: u64) {
        if epoch != self.epoch {
            return;
        }
        self.limit = (self.limit / 2.0).max(1.0);
        self.best = None;
        self.round = Round::default();
        self.rounds_to_wait = 1;
        self.refused = true;
        self.epoch += 1;
    }

    fn judge(&mut self, rate: f64) {
        if self.rounds_to_wait > 0 {
            self.rounds_to_wait -= 1;
            return;
        }
        if let Some((limit, known)) = self.best
            && self.limit > limit
            && rate < known * (1.0 + WORTH * (self.limit / limit - 1.0))
        {
            self.limit = limit;
            self.best = None;
            self.rounds_to_wait = PATIENCE;
            return;
        }
        self.best = Some((self.limit, rate));
        let wider = if self.refused { self.limit + 1.0 } else { (self.limit * GROWTH).max(self.limit + 1.0) };
        self.limit = wider.min(self.most);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A server where a token takes `seconds(under_way)`; the windows over `answers` answers of 100 tokens.
    fn simulate(window: &mut Window, answers: u32, seconds: impl Fn(f64) -> f64) -> Vec<u32> {
        let one = |_| {
            let under_way = window.limit();
            window.answered(100, 100.0 * seconds(f64::from(under_way)), under_way);
            window.limit()
        };
        (0..answers).map(one).collect()
    }

    #[test]
    fn the_window_opens_fully_while_latency_holds() {
        let mut window = Window::new(4, 256);
        let limits = simulate(&mut window, 1000, |_| 0.01);
        assert_eq!((limits[6], limits[7], limits[999]), (4, 6, 256));
        assert!(limits.is_sorted());
    }

    #[test]
    fn a_server_that_does_one_request_at_a_time_is_not_swamped() {
        let mut window = Window::new(4, 256);
        let limits = simulate(&mut window, 2000, |under_way| 0.01 * under_way);
        assert_eq!(limits.iter().max(), Some(&6));
        assert!(limits.iter().filter(|limit| **limit == 4).count() > 1500, "only now and then it is tried");
    }

    #[test]
    fn a_server_that_batches_gets_about_what_it_can_batch() {
        // Latency holds up to 32 at once; from there on requests queue up.
        let mut window = Window::new(4, 1024);
        let limits = simulate(&mut window, 4000, |under_way| 0.01 * (under_way / 32.0).max(1.0));
        assert!(limits[1000..].iter().all(|limit| (24..=64).contains(limit)), "{:?}", &limits[1000..1100]);
    }

    #[test]
    fn an_overload_halves_once_however_many_requests_met_it() {
        let mut window = Window::new(64, 64);
        for _ in 0..64 {
            window.overloaded(0);
        }
        assert_eq!((window.limit(), window.epoch()), (32, 1));
        let limits = simulate(&mut window, 32 + 32 + 33, |_| 0.01);
        assert_eq!((limits[62], limits[63], limits[96]), (32, 33, 34), "it grows by one after a round of rest");
    }

    #[test]
    fn a_window_that_is_not_used_says_nothing() {
        let mut window = Window::new(4, 256);
        for _ in 0..1000 {
            window.answered(100, 1.0, 1);
        }
        assert_eq!(window.limit(), 4);
    }

    proptest! {
        #[test]
        fn the_window_stays_within_its_bounds(
            first in 0_u32..100, most in 0_u32..100,
            events in prop::collection::vec((any::<bool>(), 0_u64..1000, 0.0..10.0_f64, 0_u32..200), 0..300),
        ) {
            let mut window = Window::new(first, most);
            for (fine, tokens, seconds, under_way) in events {
                if fine { window.answered(tokens, seconds, under_way) } else { window.overloaded(window.epoch()) }
                prop_assert!((1..=most.max(1)).contains(&window.limit()));
            }
        }
    }
}
