//! Extraction strategies: from what a model wrote to code.

mod python_function;
mod rule;

pub use python_function::python_function;
pub use rule::Rule;
