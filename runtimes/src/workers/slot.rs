use std::sync::Arc;
use std::time::{Duration, Instant};

use assay_api::{Limits, Outcome};

use super::link::LinkError;
use super::process::Process;
use super::queue::Job;
use super::workers::Shared;
use crate::budget::{Reservation, need};

/// So many workers may a program take down before that is its outcome.
const CRASHES: u32 = 2;

/// A program that executes less fuel than this in a nanosecond of wall time hangs. An unhurried core executes 4 to 7.
const LEAST_FUEL_PER_NANO: f64 = 0.2;

/// A year: no deadline is further away.
const FOREVER: Duration = Duration::from_secs(365 * 24 * 3600);

/// One place for a worker: starts it when there is a program, feeds it, replaces it when it dies.
pub(super) struct Slot {
    pub(super) index: usize,
    pub(super) shared: Arc<Shared>,
    pub(super) process: Option<Process>,
}

/// A program that a worker has, and the memory for it.
struct Turn<'a> {
    job: Job,
    memory: Reservation<'a>,
}

impl Slot {
    /// Works until all is to end.
    pub(super) fn run(mut self) {
        let shared = Arc::clone(&self.shared);
        while let Some(job) = shared.queue.take(self.process.is_some()) {
            let memory = shared.gate.reserve(need(&job.program.limits));
            let mut turn = Some(Turn { job, memory });
            while let Some(next) = turn.take() {
                turn = self.execute(&shared, next);
            }
        }
        self.disconnect();
    }

    /// Has the program executed, and those that the worker was handed ahead meanwhile. Returns the one to try again.
    fn execute<'a>(&mut self, shared: &'a Shared, mut turn: Turn<'a>) -> Option<Turn<'a>> {
        let mut process = match self.worker() {
            Ok(process) => process,
            Err(why) => return shared.retry_start(turn, &why),
        };
        if let Err(error) = process.send(&turn.job.program) {
            (turn.job.reply)(Outcome::infra(format!("the program cannot be handed to a worker: {error}")));
            self.process = Some(process);
            return None;
        }
        loop {
            let deadline = Instant::now() + wall(&turn.job.program.limits, shared.least_wall);
            let mut ahead = None;
            if let Some(job) = shared.queue.take_ahead(|program| need(&program.limits) <= turn.memory.bytes()) {
                match process.send(&job.program) {
                    Ok(()) => ahead = Some(job),
                    Err(error) => {
                        (job.reply)(Outcome::infra(format!("the program cannot be handed to a worker: {error}")));
                    }
                }
            }
            match process.outcome(&turn.job.program.limits, deadline) {
                Ok(outcome) => {
                    (turn.job.reply)(outcome);
                    let Some(job) = ahead else { break };
                    turn.memory.shrink(need(&job.program.limits));
                    turn.job = job;
                }
                Err(error) => {
                    self.disconnect();
                    if let Some(job) = ahead {
                        shared.queue.put_back(job);
                    }
                    return shared.crashed(turn, process, &error);
                }
            }
        }
        self.process = Some(process);
        None
    }

    /// The slot's worker, started if there is none.
    fn worker(&mut self) -> Result<Process, String> {
        if let Some(mut process) = self.process.take()
            && process.is_alive()
        {
            return Ok(process);
        }
        let queue = &self.shared.queue;
        let announce = |link| queue.connected(self.index, link);
        let started = Process::start(&self.shared.command, &self.shared.hello, announce);
        match started {
            Ok((process, confinement)) => {
                queue.started();
                self.shared.notice(&confinement);
                Ok(process)
            }
            Err(why) => {
                self.disconnect();
                Err(why)
            }
        }
    }

    fn disconnect(&mut self) {
        self.shared.queue.disconnected(self.index);
    }
}

impl Shared {
    /// The turn, if its worker is to be started again.
    fn retry_start<'a>(&'a self, turn: Turn<'a>, why: &str) -> Option<Turn<'a>> {
        if self.queue.stopped() {
            return None;
        }
        if self.queue.start_failed(why) {
            return Some(turn);
        }
        (turn.job.reply)(Outcome::infra(self.queue.broken().unwrap_or_default()));
        None
    }

    /// Ends the worker with which `error` happened. The turn, if it is to be tried again.
    fn crashed<'a>(&'a self, mut turn: Turn<'a>, process: Process, error: &LinkError) -> Option<Turn<'a>> {
        if self.queue.stopped() {
            return None;
        }
        let fate = process.end(error);
        turn.job.crashes += 1;
        if turn.job.crashes < CRASHES {
            return Some(turn);
        }
        (turn.job.reply)(Outcome::infra(format!("sandbox crash: {fate}")));
        None
    }
}

/// The wall time after which a program within `limits` must have ended: it executes its fuel at a fraction of any
/// machine's speed, sleeps in no time, and gets `least` for the rest.
fn wall(limits: &Limits, least: Duration) -> Duration {
    Duration::from_nanos((limits.fuel as f64 / LEAST_FUEL_PER_NANO) as u64).max(least).min(FOREVER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wall_time_follows_from_the_fuel_and_has_a_floor() {
        let limits = |fuel| Limits { fuel, ..Limits::default() };
        let minute = Duration::from_secs(60);
        assert_eq!(wall(&limits(1_000_000), minute), minute);
        assert_eq!(wall(&limits(100_000_000_000), minute), Duration::from_secs(500));
        assert_eq!(wall(&limits(u64::MAX), minute), FOREVER);
    }
}
