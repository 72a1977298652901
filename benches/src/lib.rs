//! What the benches execute.

mod programs;
mod sandbox;

pub use programs::{
    function_with_tests, hard_exit, humaneval_gold, import_numpy, nothing, round_trips, thread_starts, thread_switches,
    values,
};
pub use sandbox::sandbox;
