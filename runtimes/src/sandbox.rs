use assay_api::{Outcome, Program};

use crate::pool::Pool;
use crate::workers::Workers;

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
        match self {
            Sandbox::InProcess(pool) => pool.execute(program),
            Sandbox::Workers(workers) => workers.execute(program),
        }
    }
}
