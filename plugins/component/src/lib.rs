//! Suites that are WebAssembly components, which `plugins/api/wit/suite.wit` describes.
//!
//! A component sees nothing but its requests and its own pinned data: no system interface is linked. Every call has an
//! instance of its own, with fuel and memory of its own, so that a suite can keep no state, and a component that loops or
//! grows costs one call. What crosses the border is JSON, which [`assay_loader::plugin`] checks.

mod backend;
mod bindings;
mod budget;
mod code;
mod component;
mod engine;
mod shell;

pub use budget::Budget;
pub use code::{CodeKey, CodeStore};
pub use component::SuiteComponent;
pub use shell::wrap;
