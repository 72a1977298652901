//! From completions to verdicts: one loop owns all state, the endpoint and the sandbox talk to it in messages.

mod dialogue;
mod event;
mod grader;
mod judged;
mod ledger;
mod sampler;
mod sweep;
#[cfg(test)]
mod tests;

pub use dialogue::Manner;
pub use event::Answer;
pub use ledger::{Ledger, Loss, Tally};
pub use sampler::{Sampler, Want};
pub use sweep::{Ended, Observer, Sweep, Work};
