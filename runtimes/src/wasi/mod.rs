//! WASI preview1 for one program: files in memory, virtual time, seeded randomness, captured streams.

mod call;
mod clock;
mod door;
mod files;
mod link;
mod poll;
mod random;
mod streams;
mod system;

pub(crate) use clock::{Clock, EPOCH_NANOS};
pub(crate) use link::link;
pub(crate) use random::Random;
pub(crate) use streams::Streams;
