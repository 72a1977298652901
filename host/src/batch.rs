//! Programs that are executed for their outcomes alone, several at once.

use std::collections::HashMap;
use std::sync::mpsc::{Sender, channel};

use assay_api::{Outcome, Program};
use assay_runtimes::{Pool, Runtime};

use crate::failure::Failure;
use crate::interrupt;
use crate::outcomes::{Keys, OutcomeCache};

/// How many programs are handed to the sandbox ahead of each thread.
const AHEAD: usize = 8;

/// Executes programs in any order.
pub struct Batch<'a> {
    /// The sandbox.
    pub pool: &'a Pool,
    /// Its runtimes.
    pub runtimes: &'a [Runtime],
    /// How many programs it executes at once.
    pub jobs: usize,
    /// Outcomes that are known; without it every program is executed.
    pub outcomes: Option<&'a OutcomeCache>,
}

enum Event {
    Executed { index: usize, outcome: Box<Outcome> },
    Interrupted,
}

/// A program that is being executed.
struct UnderWay {
    program: Program,
    /// Whether the infrastructure failed it before.
    retried: bool,
}

impl Batch<'_> {
    /// Executes `programs` and hands every outcome to `take` with its program's place, in the order in which they are
    /// had. A program that the infrastructure fails is tried once more; if that fails too, its outcome says so.
    ///
    /// # Errors
    /// Those of `programs` and `take`, and when the user interrupts.
    pub fn run(
        &self,
        programs: impl IntoIterator<Item = Result<Program, Failure>>,
        mut take: impl FnMut(usize, Outcome) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let (events, inbox) = channel();
        let interrupted = events.clone();
        // The loop may have ended before the interruption.
        interrupt::listen(move || drop(interrupted.send(Event::Interrupted)));
        if interrupt::requested() {
            return Err(Failure::interrupted());
        }
        let mut waiting = programs.into_iter().enumerate();
        let mut executing: HashMap<usize, UnderWay> = HashMap::new();
        loop {
            while executing.len() < self.jobs * AHEAD
                && let Some((index, program)) = waiting.next()
            {
                let program = program?;
                match self.known(&program) {
                    Some(outcome) => take(index, outcome)?,
                    None => {
                        self.submit(index, &program, &events);
                        executing.insert(index, UnderWay { program, retried: false });
                    }
                }
            }
            if executing.is_empty() {
                return Ok(());
            }
            let Ok(Event::Executed { index, outcome }) = inbox.recv() else { return Err(Failure::interrupted()) };
            let Some(execution) = executing.get_mut(&index) else { continue };
            if outcome.is_infra() && !execution.retried {
                execution.retried = true;
                self.submit(index, &execution.program, &events);
                continue;
            }
            if let Some(outcomes) = self.outcomes {
                outcomes.put(&self.keys(&execution.program), &outcome);
            }
            executing.remove(&index);
            take(index, *outcome)?;
        }
    }

    fn known(&self, program: &Program) -> Option<Outcome> {
        self.outcomes?.get(&self.keys(program))
    }

    fn keys(&self, program: &Program) -> Keys {
        let runtime = self.runtimes.iter().find(|runtime| runtime.name() == program.runtime);
        Keys::new(program, runtime.map_or("", Runtime::digest))
    }

    fn submit(&self, index: usize, program: &Program, events: &Sender<Event>) {
        let events = events.clone();
        self.pool.submit(program.clone(), move |outcome| {
            // After an error nobody waits for it.
            let _ = events.send(Event::Executed { index, outcome: Box::new(outcome) });
        });
    }
}
