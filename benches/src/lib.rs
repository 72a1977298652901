//! What the benches execute.

mod javascript;
mod programs;
mod sandbox;

pub use javascript::{javascript_function_with_tests, javascript_jest_file, javascript_nothing};
pub use programs::{
    function_with_tests, golds, hard_exit, humaneval_gold, import_numpy, in_one_instance, nothing, round_trips,
    thread_starts, thread_switches, values,
};
pub use sandbox::{sandbox, sandbox_of};
