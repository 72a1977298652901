//! A program under way: guest calls on stacks of their own, which can be parked in the middle.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use crate::guest::Stop;
use crate::line::{Line, Question};
use crate::live::Live;
use crate::threads::{Reply, Threads};

/// A program under way, which owns its instance until it ends. Nothing happens but in [`resume`](Self::resume), on the
/// thread that calls it. Dropping it unwinds the guest's stacks and drops the instance.
pub(crate) struct Execution {
    threads: Threads,
    line: Line,
}

/// The instance, and what the call gave: an error when the program was ended.
pub(crate) type Ended = (Live, wasmtime::Result<i32>);

/// Why a program stopped running.
pub(crate) enum Halt {
    /// It is parked until its message is answered.
    Asks(Execution, Vec<u8>),
    /// It ended.
    Ended(Ended),
}

impl Execution {
    /// Begins what is behind the instance's door, with `fuel`.
    ///
    /// # Errors
    /// When the module is not metered.
    pub(crate) fn new(mut live: Live, fuel: u64) -> Result<Self, String> {
        live.refuel(fuel).map_err(|error| format!("{error:#}"))?;
        let line = live.store.data().world.line.clone();
        Ok(Execution { threads: Threads::new(live), line })
    }

    /// Runs until the program sends a message or ends.
    pub(crate) fn resume(mut self) -> Halt {
        loop {
            let reply = match self.threads.poll() {
                Poll::Ready(Ok(result)) => match self.threads.ended() {
                    Ok(None) => return Halt::Ended((self.threads.into_live(), Ok(result))),
                    Ok(Some(reply)) => Ok(reply),
                    Err(error) => Err(error),
                },
                Poll::Ready(Err(error)) => Err(error),
                Poll::Pending => match self.line.question() {
                    Some(Question::Message(message)) => return Halt::Asks(self, message),
                    Some(Question::Spawn(number, function)) => self.threads.spawn(number, function),
                    Some(Question::Switch(number)) => self.threads.switch(number),
                    Some(Question::Successor(number)) => Ok(self.threads.set_successor(number)),
                    None => Err(wasmtime::Error::msg("a guest is parked that asks nothing")),
                },
            };
            match reply {
                Ok(Reply::Done) => self.line.answer(Some(Vec::new())),
                Ok(Reply::Refused) => self.line.answer(None),
                Ok(Reply::Nothing) => {}
                Err(error) => return Halt::Ended((self.threads.into_live(), Err(error))),
            }
        }
    }

    /// Answers its message; `None` is silence. It goes on when it is resumed.
    pub(crate) fn answer(self, answer: Option<Vec<u8>>) -> Self {
        self.line.answer(answer);
        self
    }

    /// Runs to the end; nobody answers its messages.
    pub(crate) fn finish(self) -> Ended {
        let mut halt = self.resume();
        loop {
            match halt {
                Halt::Asks(execution, _) => halt = execution.answer(None).resume(),
                Halt::Ended(ended) => return ended,
            }
        }
    }
}

/// What comes of a call that cannot park: one into a guest that calls no function of the host's which may.
///
/// # Errors
/// Those of the call.
pub(crate) fn at_once<R>(call: impl Future<Output = wasmtime::Result<R>>) -> wasmtime::Result<R> {
    match pin!(call).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => Err(Stop::Stuck.into()),
    }
}
