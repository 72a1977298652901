//! Assay's host: everything that is not a suite and not the sandbox.

pub mod endpoint;
pub mod mock;
pub mod report;
pub mod samples;
pub mod statistics;
pub mod store;
