use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use std::{fmt, io};

use assay_api::{Outcome, Program};
use thiserror::Error;

use super::job::Job;
use super::message::Hello;
use super::process::WORKER;
use super::queue::Queue;
use super::slot::Slot;
use super::{Confinement, WorkerCommand};
use crate::Runtime;
use crate::budget::MemoryBudget;
use crate::cache::Cache;
use crate::sandbox::awaited;

/// Executes programs in processes of their own, each one program at a time.
///
/// A process starts when there is a program for it and no other is idle. One that dies costs nothing but the program
/// that it executed one more try, in a fresh process, as does an outcome that is
/// [`Infra`](assay_api::Status::Infra); the second one is the program's outcome. Dropping this ends all processes: programs that have not ended are dropped.
pub struct Workers {
    pub(super) shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

/// How workers work.
#[derive(Clone)]
pub struct WorkersOptions {
    /// How a worker is started.
    pub command: WorkerCommand,
    /// How many programs run at once: the most workers there are.
    pub jobs: NonZeroUsize,
    /// How much memory programs may take together.
    pub memory_budget: MemoryBudget,
    /// Whether all memory is compared with the snapshot after every program; slow.
    pub verify_resets: bool,
    /// A program may take at least this long before its worker counts as hanging. Programs with much fuel have more:
    /// what they need at a tenth of a slow machine's speed, in processor time where the system tells how much of that a
    /// worker uses (Linux). Default 60 s; nothing but a hanging worker ever meets it.
    pub least_wall: Duration,
    /// Told, as a fragment, what does not keep programs from being executed: that workers cannot confine themselves as
    /// they should (once), or that some do not start.
    pub notice: fn(&str),
}

/// Why there are no workers.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WorkersError {
    /// The system gave no threads.
    #[error("no threads for the sandbox: {0}")]
    Threads(#[from] io::Error),
    /// This is a worker: the command that was to start one started the program that starts workers.
    #[error("a sandbox worker started {0}, which is no worker; give the command that serves as one")]
    Nested(String),
}

/// What the slots share.
pub(super) struct Shared {
    pub(super) queue: Queue,
    pub(super) command: WorkerCommand,
    pub(super) hello: Hello,
    pub(super) least_wall: Duration,
    notice: fn(&str),
    told_missing: AtomicBool,
}

impl WorkersOptions {
    /// Workers that `command` starts, one a core, in 80 % of the memory that is free.
    #[must_use]
    pub fn new(command: WorkerCommand) -> Self {
        WorkersOptions {
            command,
            jobs: thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            memory_budget: MemoryBudget::of_machine(),
            verify_resets: false,
            least_wall: Duration::from_secs(60),
            notice: |_| {},
        }
    }
}

impl Workers {
    /// Workers that execute programs for `runtimes`, which are prepared in `cache`. None starts yet.
    ///
    /// # Errors
    /// When the system gives no threads, and in a worker.
    pub fn new(runtimes: &[Runtime], cache: &Cache, options: WorkersOptions) -> Result<Self, WorkersError> {
        let hello = Hello::new(runtimes, cache, options.verify_resets);
        Self::with_hello(hello, options)
    }

    pub(super) fn with_hello(hello: Hello, options: WorkersOptions) -> Result<Self, WorkersError> {
        if std::env::var_os(WORKER).is_some() {
            return Err(WorkersError::Nested(std::env::args().next().unwrap_or_default()));
        }
        let jobs = options.jobs.get();
        let shared = Arc::new(Shared {
            queue: Queue::new(jobs, options.memory_budget),
            command: options.command,
            hello,
            least_wall: options.least_wall,
            notice: options.notice,
            told_missing: AtomicBool::new(false),
        });
        let mut workers = Workers { shared, threads: Vec::with_capacity(jobs) };
        for index in 0..jobs {
            let slot = Slot { index, shared: Arc::clone(&workers.shared), process: None };
            let thread = thread::Builder::new().name(format!("worker-{index}"));
            workers.threads.push(thread.spawn(move || slot.run())?);
        }
        Ok(workers)
    }

    /// Executes `program` when a worker is free, then calls `reply` with its outcome, on another thread. Programs start
    /// about in the order in which they were submitted: one whose tests a worker knows may be preferred.
    pub fn submit(&self, program: Program, reply: impl FnOnce(Outcome) + Send + 'static) {
        self.shared.queue.submit(Job::new(program, Box::new(reply)));
    }

    /// Executes `program` and waits for its outcome.
    #[must_use]
    pub fn execute(&self, program: Program) -> Outcome {
        awaited(|reply| self.submit(program, reply))
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.shared.queue.stop();
        for thread in self.threads.drain(..) {
            // A reply may own the last handle; its thread ends without being waited for.
            if thread.thread().id() != thread::current().id() {
                let _ = thread.join(); // a reply that panicked
            }
        }
    }
}

impl fmt::Debug for Workers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Workers").field("jobs", &self.threads.len()).finish_non_exhaustive()
    }
}

impl Shared {
    /// Tells once if `confinement` lacks something.
    pub(super) fn tell_missing(&self, confinement: &Confinement) {
        if !confinement.missing.is_empty() && !self.told_missing.swap(true, Ordering::Relaxed) {
            self.tell(&format!("sandbox workers run without {}", confinement.missing.join("; ")));
        }
    }

    pub(super) fn tell(&self, text: &str) {
        (self.notice)(text);
    }
}
