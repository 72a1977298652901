//! Scoring strategies: from the outcomes of a solution's programs to a verdict.

mod exit_code;
mod feedback;
mod judged;
mod line;
mod outcome;
mod python;
mod stdin_stdout;
mod tests_one_instance;
mod text;
mod unapplied;
mod values;

pub use exit_code::exit_code;
pub use feedback::feedback;
pub use judged::judged;
pub(crate) use python::literal;
pub use stdin_stdout::{Calls, Case, Cases, FailedCase, stdin_stdout, stdin_stdout_is_decided};
pub use tests_one_instance::tests_one_instance;
pub use text::{
    ExpectedCalls, INSTRUCTION_METRICS, Ignored, Instruction, Letters, Pattern, Pick, RightCall, call_match,
    call_match_gold, choice, exact, instructions, pattern,
};
pub use unapplied::unapplied;
pub use values::{JUDGE, Oracle, Questions, ValueTests, server};
