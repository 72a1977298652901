//! Assay's host: everything that is not a suite and not the sandbox.

pub mod samples;
