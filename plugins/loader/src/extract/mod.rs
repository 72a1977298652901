//! Extraction strategies: from what a model wrote to code.

mod body;
mod candidate;
mod continuation;
mod fences;
mod prelude;
mod python;
mod python_function;
mod reasoning;
mod reply;
mod rule;
mod tag;

pub use python_function::python_function;
pub use rule::Rule;
