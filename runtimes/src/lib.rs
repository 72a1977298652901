//! Executes untrusted programs inside WASI-compiled interpreters.

pub mod files;
