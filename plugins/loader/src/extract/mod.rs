//! Extraction strategies: from what a model wrote to code.

mod assertion;
mod body;
mod candidate;
mod continuation;
mod evalplus;
mod fenced;
mod fences;
mod infill;
mod javascript;
mod javascript_function;
mod livecodebench;
mod lm_eval;
mod prelude;
mod python;
mod python_function;
mod python_module;
mod raw;
mod reasoning;
mod reply;
mod rule;
mod tag;
mod whole_file;

pub use assertion::{Side, Untagged, assertion};
pub use evalplus::evalplus;
pub use fenced::fenced;
pub use infill::infill;
pub use javascript_function::javascript_function;
pub use livecodebench::{Livecodebench, livecodebench};
pub use lm_eval::{LmEval, lm_eval};
pub(crate) use python::classes;
pub use python_function::python_function;
pub use python_module::python_module;
pub use raw::raw;
pub use rule::Rule;
pub use whole_file::whole_file;
