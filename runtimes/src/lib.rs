//! Executes untrusted programs inside WASI-compiled interpreters.

pub mod cache;
mod digest;
mod disk;
pub mod fetch;
mod progress;

pub use progress::{Progress, Silent, Stage};
pub mod files;
