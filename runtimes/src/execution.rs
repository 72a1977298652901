//! A program under way: a guest call on a stack of its own, which can be parked in the middle.

use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use crate::line::Line;
use crate::live::Live;

/// A program under way, which owns its instance until it ends. Nothing happens but in [`resume`](Self::resume), on the
/// thread that calls it. Dropping it unwinds the guest's stack and drops the instance.
pub(crate) struct Execution {
    ending: Pin<Box<dyn Future<Output = Ended>>>,
    line: Line,
}

/// The instance, and what the call gave: an error when the program was ended.
pub(crate) type Ended = (Live, wasmtime::Result<i32>);

/// Why a program stopped running.
pub(crate) enum Halt {
    /// It is parked until its question is answered.
    Asks(Execution, Vec<u8>),
    /// It ended.
    Ended(Ended),
}

impl Execution {
    /// Begins what is behind the instance's door, with `fuel`.
    pub(crate) fn new(mut live: Live, fuel: u64) -> Self {
        let line = live.store.data().world.line.clone();
        let ending = Box::pin(async move {
            let result = match live.store.set_fuel(fuel) {
                Ok(()) => live.entry.call_async(&mut live.store, live.argument).await,
                Err(error) => Err(error),
            };
            (live, result)
        });
        Execution { ending, line }
    }

    /// Runs until the program asks something or ends.
    pub(crate) fn resume(mut self) -> Halt {
        match self.ending.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(ended) => Halt::Ended(ended),
            Poll::Pending => {
                let question = self.line.question().expect("a guest is parked only by asking on its line");
                Halt::Asks(self, question)
            }
        }
    }

    /// Answers what it asked; `None` is silence. It goes on when it is resumed.
    pub(crate) fn answer(self, answer: Option<Vec<u8>>) -> Self {
        self.line.answer(answer);
        self
    }

    /// Runs to the end; nobody answers what it asks.
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
        Poll::Pending => Err(wasmtime::Error::msg("the guest waits for somebody outside, where nobody is")),
    }
}
