//! What real programs in the real Python interpreter come to.

#[path = "../common/mod.rs"]
mod common;

mod coverage;
mod determinism;
mod endings;
mod functions;
mod grading;
mod helpers;
mod isolation;
mod judging;
mod lacks;
mod layers;
mod limits;
mod packages;
mod recursion;
mod tampering;
mod threads;
mod time;
mod values;
mod world;
