//! The candidate's side of a judged execution, as the judge's calls see it.

use assay_api::{Outcome, Status};

use crate::execution::{Execution, Halt};
use crate::live::Live;

/// A candidate: a program that answers messages until it ends.
pub(crate) struct Counterpart {
    state: State,
    /// The fuel that it started with.
    fuel: u64,
}

enum State {
    /// Parked until the next message.
    Waiting(Execution),
    Ended(Box<Gone>),
    /// We failed.
    Failed(String),
}

/// A candidate that has ended.
pub(crate) struct Gone {
    /// The instance that it ran in, if it ran, and whether that may run another program.
    pub(crate) instance: Option<(Live, bool)>,
    pub(crate) outcome: Outcome,
}

impl Counterpart {
    /// Runs the candidate, which was given `fuel`, until it waits for a message or ends.
    pub(crate) fn start(execution: Execution, fuel: u64) -> Self {
        // What it says before it was asked anything is no answer.
        let (state, _) = run(execution, fuel);
        Counterpart { state, fuel }
    }

    /// A candidate that ended with `outcome` before it ran.
    pub(crate) fn ended(outcome: Outcome) -> Self {
        let fuel = outcome.fuel;
        Counterpart { state: State::Ended(Box::new(Gone { instance: None, outcome })), fuel }
    }

    /// What the judge gets for `message`: `m` and the candidate's answer, or `e` and how it ended.
    pub(crate) fn ask(&mut self, message: Vec<u8>) -> Vec<u8> {
        // Replaced below, or on the way out by the panic that ends the execution.
        let state = std::mem::replace(&mut self.state, State::Failed("the candidate is running".to_owned()));
        let mut reply = None;
        self.state = match state {
            State::Waiting(execution) => {
                let (state, said) = run(execution.answer(Some(message)), self.fuel);
                reply = said;
                state
            }
            gone => gone,
        };
        match (reply, &self.state) {
            (Some(reply), _) => [b"m", reply.as_slice()].concat(),
            (None, State::Ended(gone)) => ended(&gone.outcome.status),
            (None, State::Waiting(_) | State::Failed(_)) => ended(&Status::Infra { why: String::new() }),
        }
    }

    /// Ends the candidate if it still waits: nobody asks any more.
    ///
    /// # Errors
    /// When the infrastructure failed.
    pub(crate) fn dismiss(self) -> Result<Gone, String> {
        let state = match self.state {
            State::Waiting(execution) => end(execution.answer(None), self.fuel),
            gone => gone,
        };
        match state {
            State::Ended(gone) => Ok(*gone),
            State::Failed(why) => Err(why),
            State::Waiting(_) => Err("the candidate waits although it was ended".to_owned()),
        }
    }
}

/// Runs the candidate until it waits again, having said something, or ends.
fn run(execution: Execution, fuel: u64) -> (State, Option<Vec<u8>>) {
    match execution.resume() {
        Halt::Asks(execution, said) => (State::Waiting(execution), Some(said)),
        Halt::Ended((live, result)) => (gone(live, fuel, result), None),
    }
}

fn end(execution: Execution, fuel: u64) -> State {
    let (live, result) = execution.finish();
    gone(live, fuel, result)
}

fn gone(mut live: Live, fuel: u64, result: wasmtime::Result<i32>) -> State {
    match live.outcome(fuel, result) {
        Ok((outcome, intact)) => State::Ended(Box::new(Gone { instance: Some((live, intact)), outcome })),
        Err(why) => State::Failed(why),
    }
}

fn ended(status: &Status) -> Vec<u8> {
    let mut answer = b"e".to_vec();
    // A status is plain data; what cannot be encoded is told as nothing.
    answer.extend(serde_json::to_vec(status).unwrap_or_default());
    answer
}
