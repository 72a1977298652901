use std::collections::VecDeque;
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use assay_api::{Outcome, Program};

/// So many starts in a row may fail before no more are tried.
const FAILED_STARTS: u32 = 3;

/// How long to wait after a failed start, times the number of failures: what was short may be there then.
const PAUSE: Duration = Duration::from_millis(100);

/// A program and what is done with its outcome.
pub(super) struct Job {
    pub(super) program: Box<Program>,
    pub(super) reply: Box<dyn FnOnce(Outcome) + Send>,
    /// How many workers it has taken down.
    pub(super) crashes: u32,
}

/// The programs that wait, shared by the slots that workers run in.
pub(super) struct Queue {
    state: Mutex<State>,
    /// Slots that have a worker wait here.
    warm: Condvar,
    /// Slots that have none wait here: they are woken only when no worker is idle.
    cold: Condvar,
    /// Slots whose worker did not start wait here.
    paused: Condvar,
}

struct State {
    jobs: VecDeque<Job>,
    idle_warm: usize,
    idle_cold: usize,
    /// The connection of each slot's worker.
    links: Vec<Option<UnixStream>>,
    failed_starts: u32,
    /// Why there are no workers any more.
    broken: Option<String>,
    stop: bool,
}

impl Queue {
    /// A queue for so many slots.
    pub(super) fn new(slots: usize) -> Self {
        let state = State {
            jobs: VecDeque::new(),
            idle_warm: 0,
            idle_cold: 0,
            links: (0..slots).map(|_| None).collect(),
            failed_starts: 0,
            broken: None,
            stop: false,
        };
        Queue { state: Mutex::new(state), warm: Condvar::new(), cold: Condvar::new(), paused: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn submit(&self, job: Job) {
        let mut state = self.lock();
        if let Some(why) = &state.broken {
            let outcome = Outcome::infra(why.clone());
            drop(state);
            return (job.reply)(outcome);
        }
        state.jobs.push_back(job);
        self.wake(&state);
    }

    /// Gives back a job that was taken and not started.
    pub(super) fn put_back(&self, job: Job) {
        let mut state = self.lock();
        state.jobs.push_front(job);
        self.wake(&state);
    }

    /// Wakes one slot if there is work; when it has taken some, it wakes the next.
    fn wake(&self, state: &State) {
        if state.jobs.is_empty() {
        } else if state.idle_warm > 0 {
            self.warm.notify_one();
        } else if state.idle_cold > 0 {
            self.cold.notify_one();
        }
    }

    /// Waits for the next job; `None` when there will be none. `warm` says whether the slot has a worker.
    pub(super) fn take(&self, warm: bool) -> Option<Job> {
        let mut state = self.lock();
        loop {
            if state.stop {
                return None;
            }
            if !warm && state.idle_warm >= state.jobs.len() {
                // Meanwhile a worker became idle, or another slot was faster.
                self.wake(&state);
            } else if let Some(job) = state.jobs.pop_front() {
                self.wake(&state);
                return Some(job);
            }
            *state.idle(warm) += 1;
            let condition = if warm { &self.warm } else { &self.cold };
            state = condition.wait(state).unwrap_or_else(PoisonError::into_inner);
            *state.idle(warm) -= 1;
        }
    }

    /// A job for a worker that is still at work on another, if `fits` says so. Only while more jobs wait than there
    /// are slots: a job that waits behind a long one must not be what keeps the others idle.
    pub(super) fn take_ahead(&self, fits: impl FnOnce(&Program) -> bool) -> Option<Job> {
        let mut state = self.lock();
        if state.jobs.len() <= state.links.len() || !state.jobs.front().is_some_and(|job| fits(&job.program)) {
            return None;
        }
        state.jobs.pop_front()
    }

    /// Notes the connection of a slot's new worker. When the answer is no, there is to be none.
    pub(super) fn connected(&self, slot: usize, link: UnixStream) -> bool {
        let mut state = self.lock();
        state.links[slot] = Some(link);
        !state.stop
    }

    /// Forgets the connection of a slot's worker.
    pub(super) fn disconnected(&self, slot: usize) {
        self.lock().links[slot] = None;
    }

    pub(super) fn started(&self) {
        self.lock().failed_starts = 0;
    }

    /// Notes that a worker could not start. Says whether to try again, after a pause; else all waiting jobs have been
    /// answered.
    pub(super) fn start_failed(&self, why: &str) -> bool {
        let mut state = self.lock();
        state.failed_starts += 1;
        if state.failed_starts < FAILED_STARTS && state.broken.is_none() {
            let pause = PAUSE * state.failed_starts;
            drop(self.paused.wait_timeout_while(state, pause, |state| !state.stop));
            return true;
        }
        let why = state.broken.get_or_insert_with(|| no_workers(why)).clone();
        let jobs = std::mem::take(&mut state.jobs);
        drop(state);
        for job in jobs {
            (job.reply)(Outcome::infra(why.clone()));
        }
        false
    }

    /// Why there are no workers any more.
    pub(super) fn broken(&self) -> Option<String> {
        self.lock().broken.clone()
    }

    /// How many workers are idle.
    #[cfg(test)]
    pub(super) fn idle_workers(&self) -> usize {
        self.lock().idle_warm
    }

    /// Whether all is to end.
    pub(super) fn stopped(&self) -> bool {
        self.lock().stop
    }

    /// Ends all: jobs that wait are dropped, waits for workers end.
    pub(super) fn stop(&self) {
        let mut state = self.lock();
        state.stop = true;
        let jobs = std::mem::take(&mut state.jobs);
        for link in state.links.iter().flatten() {
            let _ = link.shutdown(Shutdown::Both); // its worker may be gone
        }
        self.warm.notify_all();
        self.cold.notify_all();
        self.paused.notify_all();
        drop(state);
        drop(jobs);
    }
}

impl State {
    fn idle(&mut self, warm: bool) -> &mut usize {
        if warm { &mut self.idle_warm } else { &mut self.idle_cold }
    }
}

fn no_workers(why: &str) -> String {
    format!("no sandbox worker starts, after {FAILED_STARTS} tries: {why}")
}
