//! Programs that are executed for their outcomes alone, several at once.

use std::collections::HashMap;
use std::sync::mpsc::{Sender, channel};

use assay_api::{Outcome, Program};
use assay_runtimes::{Runtime, Sandbox};

use crate::failure::Failure;
use crate::interrupt;
use crate::outcomes::{Keys, OutcomeCache};

/// How many programs are handed to the sandbox ahead of each thread.
const AHEAD: usize = 8;

/// Executes programs in any order.
pub struct Batch<'a> {
    /// The sandbox.
    pub sandbox: &'a Sandbox,
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

impl Batch<'_> {
    /// Executes `programs` and hands every outcome to `take` with its program's place, in the order in which they are
    /// had.
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
        let mut executing: HashMap<usize, Program> = HashMap::new();
        loop {
            while executing.len() < self.jobs * AHEAD
                && let Some((index, program)) = waiting.next()
            {
                let program = program?;
                match self.known(&program) {
                    Some(outcome) => take(index, outcome)?,
                    None => {
                        self.submit(index, &program, &events);
                        executing.insert(index, program);
                    }
                }
            }
            if executing.is_empty() {
                return Ok(());
            }
            let Ok(Event::Executed { index, outcome }) = inbox.recv() else { return Err(Failure::interrupted()) };
            let Some(program) = executing.remove(&index) else { continue };
            if let Some(outcomes) = self.outcomes {
                outcomes.put(&self.keys(&program), &outcome);
            }
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
        self.sandbox.submit(program.clone(), move |outcome| {
            // After an error nobody waits for it.
            let _ = events.send(Event::Executed { index, outcome: Box::new(outcome) });
        });
    }
}
