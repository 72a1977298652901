use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use assay_api::Outcome;

use super::job::Job;
use super::line::Line;
use crate::budget::{Account, MemoryBudget};

/// So many starts in a row may fail while no worker serves before no more are tried.
const FAILED_STARTS: u32 = 3;

/// How long a slot waits after its first failed start; each further one doubles it. What was short may be there then.
const PAUSE: Duration = Duration::from_millis(100);

/// No pause is longer than `PAUSE` doubled so many times: 6.4 s.
const MAX_DOUBLINGS: u32 = 6;

/// What a worker takes besides its program, in bytes: snapshots of tasks (48 MiB at most), what it keeps of the memory
/// of the program before, and its heap.
pub(super) const WORKER_BYTES: u64 = 96 << 20;

/// Decides which slot executes which program, and when: the programs that wait, the slots and the memory budget.
pub(super) struct Queue {
    state: Mutex<State>,
    /// Each slot's thread waits at its own.
    wakers: Vec<Condvar>,
}

struct State {
    line: Line,
    slots: Vec<Slot>,
    memory: Account,
    /// How many starts failed since the last that did not.
    failed_starts: u32,
    /// Why there are no workers any more.
    broken: Option<String>,
    stop: bool,
}

#[derive(Default)]
struct Slot {
    phase: Phase,
    /// The job that it is to execute next.
    assigned: Option<Job>,
    /// The connection of its worker.
    link: Option<UnixStream>,
    failed_starts: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Phase {
    /// It has no worker, and nothing to do.
    #[default]
    Cold,
    /// It has a job, and starts a worker for it.
    Starting,
    /// Its worker has nothing to do.
    Idle,
    /// Its worker executes a program.
    Busy,
    /// Its worker did not start; it will try again.
    Paused,
}

/// What becomes of a slot whose worker did not start.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum AfterFailure {
    /// It goes on, after a pause. Whether that should be told: it has failed often while others serve.
    GoOn { tell: bool },
    /// No worker starts, and all is answered with that.
    GiveUp,
}

impl Queue {
    /// A queue for so many slots, whose programs take no more than `budget` together.
    pub(super) fn new(slots: usize, budget: MemoryBudget) -> Self {
        let state = State {
            line: Line::default(),
            slots: (0..slots).map(|_| Slot::default()).collect(),
            memory: Account::new(budget),
            failed_starts: 0,
            broken: None,
            stop: false,
        };
        Queue { state: Mutex::new(state), wakers: (0..slots).map(|_| Condvar::new()).collect() }
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
        state.line.push_back(job);
        self.dispatch(&mut state);
    }

    /// Gives back a job that a worker was handed ahead and did not start.
    pub(super) fn put_back(&self, job: Job) {
        let mut state = self.lock();
        state.line.push_front(job);
        self.dispatch(&mut state);
    }

    /// Hands out what can start now.
    fn dispatch(&self, state: &mut State) {
        while let Some(slot) = state.assign() {
            self.wakers[slot].notify_one();
        }
    }

    /// Waits for the slot's next job; `None` when there will be none. `warm` says whether it has a worker.
    pub(super) fn next(&self, slot: usize, warm: bool) -> Option<Job> {
        let mut state = self.lock();
        state.rest(slot, warm);
        self.dispatch(&mut state);
        loop {
            if state.stop {
                return None;
            }
            if let Some(job) = state.slots[slot].assigned.take() {
                return Some(job);
            }
            state = self.wakers[slot].wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Notes that the slot is done with a job that took `bytes`.
    pub(super) fn done(&self, bytes: u64) {
        let mut state = self.lock();
        state.memory.end(bytes);
        self.dispatch(&mut state);
    }

    /// A job for a slot whose worker is still at work and has `ahead` more, which took `bytes` together with it, in which
    /// the job must fit. Only while enough jobs wait for all slots: a job that waits behind a long one must not be what
    /// keeps others idle.
    pub(super) fn take_ahead(&self, slot: usize, bytes: u64, ahead: usize) -> Option<Job> {
        let mut state = self.lock();
        if state.stop || state.line.len() <= state.slots.len() * (ahead + 1) {
            return None;
        }
        let at = state.line.choose(slot);
        let fits = state.line.get(at).is_some_and(|job| job.need() <= bytes && job.failures == 0);
        fits.then(|| state.line.take(at, slot)).flatten()
    }

    /// Changes what a slot's programs take, because one ended and others go on.
    pub(super) fn shrink(&self, from: u64, to: u64) {
        if from != to {
            let mut state = self.lock();
            state.memory.give_back(from.saturating_sub(to));
            self.dispatch(&mut state);
        }
    }

    /// Notes the connection of a slot's new worker. When the answer is no, there is to be none.
    pub(super) fn connected(&self, slot: usize, link: UnixStream) -> bool {
        let mut state = self.lock();
        state.slots[slot].link = Some(link);
        !state.stop
    }

    /// Notes that the slot's worker serves.
    pub(super) fn started(&self, slot: usize) {
        let mut state = self.lock();
        state.failed_starts = 0;
        state.slots[slot].failed_starts = 0;
        state.slots[slot].phase = Phase::Busy;
    }

    /// Forgets the slot's worker, which is gone.
    pub(super) fn disconnected(&self, slot: usize) {
        let mut state = self.lock();
        state.slots[slot].link = None;
        state.slots[slot].phase = Phase::Starting;
        state.line.disown(slot);
    }

    /// Notes that no worker started for `job`, gives the job to others, and waits before the slot tries again.
    pub(super) fn start_failed(&self, slot: usize, job: Job, why: &str) -> AfterFailure {
        let mut state = self.lock();
        state.failed_starts += 1;
        state.slots[slot].failed_starts += 1;
        state.memory.end(job.need());
        state.memory.give_back(WORKER_BYTES);
        state.slots[slot].phase = Phase::Paused;
        state.line.push_front(job);
        if state.failed_starts >= FAILED_STARTS && !state.slots.iter().any(Slot::may_serve) || state.broken.is_some() {
            self.give_up(state, why);
            return AfterFailure::GiveUp;
        }
        let failures = state.slots[slot].failed_starts;
        self.dispatch(&mut state);
        let pause = PAUSE * 2u32.pow((failures - 1).min(MAX_DOUBLINGS));
        let waited = self.wakers[slot].wait_timeout_while(state, pause, |state| !state.stop);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
        AfterFailure::GoOn { tell: failures == FAILED_STARTS }
    }

    fn give_up(&self, mut state: MutexGuard<'_, State>, why: &str) {
        let why = state.broken.get_or_insert_with(|| no_workers(why)).clone();
        let jobs = state.line.clear();
        drop(state);
        for job in jobs {
            (job.reply)(Outcome::infra(why.clone()));
        }
    }

    /// How many workers are idle.
    #[cfg(test)]
    pub(super) fn idle_workers(&self) -> usize {
        self.lock().slots.iter().filter(|slot| slot.phase == Phase::Idle).count()
    }

    /// Whether all is to end.
    pub(super) fn stopped(&self) -> bool {
        self.lock().stop
    }

    /// Ends all: jobs that wait are dropped, waits for workers end.
    pub(super) fn stop(&self) {
        let mut state = self.lock();
        state.stop = true;
        let jobs = state.line.clear();
        let assigned: Vec<Job> = state.slots.iter_mut().filter_map(|slot| slot.assigned.take()).collect();
        for link in state.slots.iter().filter_map(|slot| slot.link.as_ref()) {
            let _ = link.shutdown(Shutdown::Both); // its worker may be gone
        }
        self.wakers.iter().for_each(Condvar::notify_all);
        drop(state);
        drop((jobs, assigned));
    }
}

impl State {
    /// Assigns a job to a slot, if there are both and there is memory.
    fn assign(&mut self) -> Option<usize> {
        let (at, slot) = self.pair()?;
        // In the order in which they came, or small programs would starve a large one.
        let first = self.line.get(0)?.need();
        let cold = self.slots[slot].phase == Phase::Cold;
        let worker = if cold { WORKER_BYTES } else { 0 };
        if !self.memory.admits(first.saturating_add(worker)) {
            return None;
        }
        let chosen = self.line.get(at)?.need();
        let at = if self.memory.admits(chosen.saturating_add(worker)) { at } else { 0 };
        let job = self.line.take(at, slot)?;
        self.memory.take(worker);
        self.memory.start(job.need());
        let slot_state = &mut self.slots[slot];
        slot_state.phase = if cold { Phase::Starting } else { Phase::Busy };
        slot_state.assigned = Some(job);
        Some(slot)
    }

    /// A job, by its place in line, and a slot for it: a worker that knows its tests, else one that is idle, else a new
    /// one. `None` when there is no job or no slot.
    fn pair(&self) -> Option<(usize, usize)> {
        if self.line.len() == 0 {
            return None;
        }
        let idle = |slot: usize| self.slots[slot].phase == Phase::Idle;
        if let Some(pair) = self.line.owned_by(idle) {
            return Some(pair);
        }
        let of_phase = |phase| self.slots.iter().position(|slot| slot.phase == phase);
        let slot = of_phase(Phase::Idle).or_else(|| of_phase(Phase::Cold))?;
        Some((self.line.choose(slot), slot))
    }

    /// Notes that the slot has nothing to do.
    fn rest(&mut self, slot: usize, warm: bool) {
        if self.slots[slot].assigned.is_some() {
            return; // before its thread ran for the first time
        }
        let phase = &mut self.slots[slot].phase;
        if !warm && matches!(phase, Phase::Starting | Phase::Busy) {
            self.memory.give_back(WORKER_BYTES);
        }
        *phase = if warm { Phase::Idle } else { Phase::Cold };
    }
}

impl Slot {
    /// Whether its worker serves, or may before long.
    fn may_serve(&self) -> bool {
        matches!(self.phase, Phase::Starting | Phase::Idle | Phase::Busy)
    }
}

fn no_workers(why: &str) -> String {
    format!("no sandbox worker starts, after {FAILED_STARTS} tries: {why}")
}
