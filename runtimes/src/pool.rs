//! Threads that execute programs.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::{fmt, io, thread};

use assay_api::{Outcome, Program};

use crate::budget::{Gate, MemoryBudget, need};
use crate::executors::Executors;
use crate::runtime::Runtime;
use crate::sandbox::{Reply, awaited};

struct Job {
    program: Box<Program>,
    reply: Reply,
}

/// Executes programs on threads of its own, each one program at a time.
///
/// Dropping the pool drops the programs that have not started; those that have run to their end, unobserved.
pub struct Pool {
    queue: Option<Sender<Job>>,
    stop: Arc<AtomicBool>,
}

/// How a pool works.
#[derive(Debug, Clone, Copy)]
pub struct PoolOptions {
    /// How many programs run at once.
    pub jobs: NonZeroUsize,
    /// How much memory programs may take together.
    pub memory_budget: MemoryBudget,
    /// Whether all memory is compared with the snapshot after every program; slow.
    pub verify_resets: bool,
}

impl Pool {
    /// A pool that executes programs for `runtimes`.
    ///
    /// # Errors
    /// When the system gives no threads.
    pub fn new(runtimes: &[Runtime], options: PoolOptions) -> io::Result<Self> {
        let (sender, receiver) = channel();
        let receiver = Arc::new(Mutex::new(receiver));
        let stop = Arc::new(AtomicBool::new(false));
        let gate = Arc::new(Gate::new(options.memory_budget));
        for index in 0..options.jobs.get() {
            let (runtimes, receiver) = (runtimes.to_vec(), Arc::clone(&receiver));
            let (stop, gate) = (Arc::clone(&stop), Arc::clone(&gate));
            thread::Builder::new()
                .name(format!("sandbox-{index}"))
                .spawn(move || work(Executors::new(runtimes, options.verify_resets), &receiver, &stop, &gate))?;
        }
        Ok(Pool { queue: Some(sender), stop })
    }

    /// Executes `program` when a thread is free, then calls `reply` with its outcome. Programs start in the order
    /// in which they were submitted.
    pub fn submit(&self, program: Program, reply: impl FnOnce(Outcome) + Send + 'static) {
        let job = Job { program: Box::new(program), reply: Box::new(reply) };
        if let Some(queue) = &self.queue
            && let Err(unsent) = queue.send(job)
        {
            (unsent.0.reply)(Outcome::infra("the sandbox's threads are gone"));
        }
    }

    /// Executes `program` and waits for its outcome.
    #[must_use]
    pub fn execute(&self, program: Program) -> Outcome {
        awaited(|reply| self.submit(program, reply))
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.queue = None;
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").finish_non_exhaustive()
    }
}

fn work(mut executors: Executors, queue: &Mutex<Receiver<Job>>, stop: &AtomicBool, gate: &Gate) {
    loop {
        let job = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Job { program, reply }) = job else { return };
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let memory = gate.reserve(need(&program));
        let outcome = executors.execute(&program);
        drop(memory);
        reply(outcome);
    }
}
