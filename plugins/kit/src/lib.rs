//! For authors of suites in Rust.
//!
//! Implement [`Suite`](assay_api::Suite) and [`Author`], and export it with [`suite!`]: as a native library, or where the
//! target is WebAssembly as a component. docs/plugins.md walks through it.
//!
//! [`laws::violations`] says which of the interface's laws a suite breaks, for tests of your own.

mod answer;
mod author;
#[cfg(target_family = "wasm")]
pub mod component;
pub mod laws;
#[cfg(not(target_family = "wasm"))]
pub mod native;

pub use answer::{Answering, Refusal};
pub use assay_api as api;
pub use author::{Author, Data, ReadData};
