use std::sync::mpsc::channel;

use assay_api::{Outcome, Program};

use crate::pool::Pool;
use crate::workers::Workers;

/// What is done with an outcome, on the thread that has it.
pub(crate) type Reply = Box<dyn FnOnce(Outcome) + Send>;

/// The outcome that `submit` gives to the reply which it is handed.
pub(crate) fn awaited(submit: impl FnOnce(Reply)) -> Outcome {
    let (sender, receiver) = channel();
    submit(Box::new(move |outcome| {
        let _ = sender.send(outcome); // the receiver waits below
    }));
    receiver.recv().unwrap_or_else(|_| Outcome::infra("the sandbox's thread died"))
}

/// What executes programs: the outcomes are the same either way.
#[derive(Debug)]
pub enum Sandbox {
    /// Threads of this process: for debugging, benches and embedders. A bug of the engine's may end the process.
    InProcess(Pool),
    /// Processes of their own: a bug of the engine's costs one sample.
    Workers(Workers),
}

impl Sandbox {
    /// Executes `program` when its turn comes, then calls `reply` with its outcome, on another thread. Programs start
    /// about in the order in which they were submitted.
    pub fn submit(&self, program: Program, reply: impl FnOnce(Outcome) + Send + 'static) {
        match self {
            Sandbox::InProcess(pool) => pool.submit(program, reply),
            Sandbox::Workers(workers) => workers.submit(program, reply),
        }
    }

    /// Executes `program` and waits for its outcome.
    #[must_use]
    pub fn execute(&self, program: Program) -> Outcome {
        awaited(|reply| self.submit(program, reply))
    }
}
