//! The suites that can be named on the command line: those that are built in, and those of others.

mod builtin;
mod found;
mod loaded;

pub use builtin::{chosen, file, info, load, names};
pub use found::Catalogue;
pub use loaded::LoadedSuite;
