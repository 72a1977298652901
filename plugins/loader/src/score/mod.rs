//! Scoring strategies: from the outcomes of a solution's programs to a verdict.

mod line;
mod tests_one_instance;

pub use tests_one_instance::tests_one_instance;
