use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use assay_api::{Outcome, Program};

use crate::executor::Executor;
use crate::runtime::Runtime;

/// Executes programs on the thread that calls it, one after the other, and stays on that thread. For embedders that have
/// threads of their own, and for measuring what a program costs by itself: [`Pool`](crate::Pool) and
/// [`Workers`](crate::Workers) have these on threads and in processes.
pub struct Executors {
    runtimes: Vec<Runtime>,
    /// Compares all memory with the image after every reset.
    verify: bool,
    made: HashMap<&'static str, Executor>,
}

impl Executors {
    /// Executes programs for `runtimes`. `verify` compares all memory with the snapshot after every program; slow.
    #[must_use]
    pub fn new(runtimes: Vec<Runtime>, verify: bool) -> Self {
        Executors { runtimes, verify, made: HashMap::new() }
    }

    /// Gives back what was kept to make programs faster: instances, and snapshots of tasks.
    pub(crate) fn rest(&mut self) {
        self.made.clear();
    }

    /// Executes `program` in the runtime that it names. Never fails: whatever goes wrong is in the outcome.
    #[must_use]
    pub fn execute(&mut self, program: &Program) -> Outcome {
        let Some(runtime) = self.runtimes.iter().find(|runtime| runtime.name() == program.runtime) else {
            return Outcome::infra(format!("the runtime `{}` is not loaded", program.runtime));
        };
        let name = runtime.name();
        let executor = self.made.entry(name).or_insert_with(|| Executor::new(Arc::clone(&runtime.loaded), self.verify));
        catch_unwind(AssertUnwindSafe(|| executor.execute(program))).unwrap_or_else(|_| {
            self.made.remove(name);
            Outcome::infra("the sandbox panicked; this is a bug, please report it")
        })
    }
}

impl std::fmt::Debug for Executors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Executors").field("runtimes", &self.runtimes).finish_non_exhaustive()
    }
}
