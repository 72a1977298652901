use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use assay_api::{Outcome, Program};

use crate::executor::Executor;
use crate::runtime::Runtime;

/// The executors of one thread, one for each runtime that it has met. Stays on the thread that made it.
pub(crate) struct Executors {
    runtimes: Vec<Runtime>,
    /// Compares all memory with the image after every reset.
    verify: bool,
    made: HashMap<&'static str, Executor>,
}

impl Executors {
    pub(crate) fn new(runtimes: Vec<Runtime>, verify: bool) -> Self {
        Executors { runtimes, verify, made: HashMap::new() }
    }

    /// Gives back what was kept to make programs faster: instances, and snapshots of tasks.
    pub(crate) fn rest(&mut self) {
        self.made.clear();
    }

    /// Executes `program` in the runtime that it names. Never fails: whatever goes wrong is in the outcome.
    pub(crate) fn execute(&mut self, program: &Program) -> Outcome {
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
