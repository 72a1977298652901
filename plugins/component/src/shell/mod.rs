//! Makes components of core modules, as compilers make them of suites in Rust.

mod wrap;

pub use wrap::wrap;
