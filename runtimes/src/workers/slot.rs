use std::collections::VecDeque;
use std::sync::Arc;

use assay_api::{Outcome, Status};

use super::frame::FrameError;
use super::job::Job;
use super::link::LinkError;
use super::patience::Patience;
use super::process::Process;
use super::queue::AfterFailure;
use super::supervisor::Shared;

/// So often may the infrastructure fail a program before that is its outcome.
const MOST_FAILURES: u32 = 2;

/// So many programs wait in a worker's socket while it executes one.
const MOST_AHEAD: usize = 3;

/// One place for a worker: starts it when there is a program, feeds it, replaces it when it dies.
pub(super) struct Slot {
    pub(super) index: usize,
    pub(super) shared: Arc<Shared>,
    pub(super) process: Option<Process>,
}

/// What a worker that failed a program leaves.
struct Failed {
    job: Job,
    /// The outcome, if the program is not tried again.
    outcome: Outcome,
}

impl Slot {
    /// Works until all is to end.
    pub(super) fn run(mut self) {
        let shared = Arc::clone(&self.shared);
        while let Some(job) = shared.queue.next(self.index, self.process.is_some()) {
            self.execute(&shared, job);
        }
        self.disconnect();
    }

    /// Has the program executed, in another worker if the first one fails it, and those that the worker was handed ahead
    /// meanwhile.
    fn execute(&mut self, shared: &Shared, mut job: Job) {
        loop {
            let process = match self.worker() {
                Ok(process) => process,
                Err(why) => return self.start_failed(shared, job, &why),
            };
            let Some(failed) = self.feed(shared, process, job) else { return };
            if shared.queue.stopped() {
                return;
            }
            job = failed.job;
            job.failures += 1;
            if job.failures >= MOST_FAILURES {
                shared.queue.done(job.need());
                return (job.reply)(failed.outcome);
            }
        }
    }

    /// Has the worker execute the job, and more while it is at it. It is kept unless it failed one.
    fn feed(&mut self, shared: &Shared, mut process: Process, mut job: Job) -> Option<Failed> {
        let mut ahead = VecDeque::new();
        let mut reserved = job.need();
        let mut sent = process.send(&job.program);
        loop {
            // What a worker did not answer before it died may be its fault or another's: only what it had alone tells.
            while job.failures == 0
                && ahead.len() < MOST_AHEAD
                && let Some(next) = shared.queue.take_ahead(self.index, reserved, ahead.len())
            {
                let sent = process.send(&next.program);
                ahead.push_back((next, sent));
            }
            let outcome = match sent {
                Ok(()) => wait(&mut process, &job, shared),
                Err(error) => Ok(refused(&error)),
            };
            match outcome {
                Ok(outcome) if job.failures > 0 || !is_infra(&outcome) => (job.reply)(outcome),
                failure => {
                    ahead.into_iter().rev().for_each(|(job, _)| shared.queue.put_back(job));
                    shared.queue.shrink(reserved, job.need());
                    self.disconnect();
                    let outcome = failure.unwrap_or_else(|error| crash(process, &error));
                    return Some(Failed { job, outcome });
                }
            }
            let Some(next) = ahead.pop_front() else {
                self.process = Some(process);
                shared.queue.done(reserved);
                return None;
            };
            (job, sent) = next;
            let needed = ahead.iter().map(|(job, _)| job.need()).fold(job.need(), u64::max);
            shared.queue.shrink(reserved, needed);
            reserved = needed;
        }
    }

    /// The slot's worker, started if there is none.
    fn worker(&mut self) -> Result<Process, String> {
        if let Some(mut process) = self.process.take() {
            if process.is_alive() {
                return Ok(process);
            }
            self.disconnect();
        }
        let queue = &self.shared.queue;
        let announce = |link| queue.connected(self.index, link);
        let (process, confinement) = Process::start(&self.shared.command, &self.shared.hello, announce)?;
        queue.started(self.index);
        self.shared.tell_missing(&confinement);
        Ok(process)
    }

    /// Leaves the job to others, since no worker started for it.
    fn start_failed(&mut self, shared: &Shared, job: Job, why: &str) {
        if shared.queue.stopped() {
            return;
        }
        self.disconnect();
        if shared.queue.start_failed(self.index, job, why) == (AfterFailure::GoOn { tell: true }) {
            shared.tell(&format!("a sandbox worker does not start, so that fewer run: {why}"));
        }
    }

    fn disconnect(&mut self) {
        self.shared.queue.disconnected(self.index);
    }
}

/// Waits for the outcome of the first job that the worker has.
fn wait(process: &mut Process, job: &Job, shared: &Shared) -> Result<Outcome, LinkError> {
    let mut patience = Patience::new(job.fuel(), shared.least_wall);
    loop {
        match process.outcome(job.capture_bytes(), patience.deadline()) {
            Err(LinkError::Late) if patience.extend(process.cpu_time()) => {}
            result => return result,
        }
    }
}

/// Ends the worker with which `error` happened.
fn crash(process: Process, error: &LinkError) -> Outcome {
    Outcome::infra(format!("sandbox crash: {}", process.end(error)))
}

fn refused(error: &FrameError) -> Outcome {
    Outcome::infra(format!("the program cannot be handed to a worker: {error}"))
}

fn is_infra(outcome: &Outcome) -> bool {
    matches!(outcome.status, Status::Infra { .. })
}
