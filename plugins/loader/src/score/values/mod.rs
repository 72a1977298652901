//! The strategy `values`: a judge calls the solution's function and compares what it returns.

mod oracle;
mod questions;

pub use oracle::Oracle;
pub(super) use questions::serving;
pub use questions::{JUDGE, Questions, ValueTests, server};
