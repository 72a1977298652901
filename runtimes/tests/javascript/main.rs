//! What real programs in the real JavaScript engine come to.

#[path = "../common/limits.rs"]
mod limits;
mod support;

mod children;
mod determinism;
mod endings;
mod engine;
mod errors;
mod grading;
mod judging;
mod language;
mod lifetimes;
mod modules;
mod tampering;
mod time;
