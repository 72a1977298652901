//! Scoring strategies: from the outcomes of a solution's programs to a verdict.

mod exit_code;
mod line;
mod outcome;
mod tests_one_instance;

pub use exit_code::exit_code;
pub use tests_one_instance::tests_one_instance;
