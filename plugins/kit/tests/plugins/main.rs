//! The same suite through every backend, and what becomes of suites that misbehave.

mod build;
mod conformance;
mod laws;
mod native;
