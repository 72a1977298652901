//! For authors of suites in Rust.
//!
//! Implement [`Suite`](assay_api::Suite) and [`Author`], and export it as a native library with
//! [`native_suite!`]: docs/plugins.md walks through it.
//!
//! [`laws::violations`] says which of the interface's laws a suite breaks, for tests of your own.

mod answer;
mod author;
pub mod laws;
pub mod native;

pub use answer::{Answering, Refusal};
pub use assay_api as api;
pub use author::{Author, Data, ReadData};
