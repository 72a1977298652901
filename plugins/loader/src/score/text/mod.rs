//! Strategies that judge an answer by its text: nothing is executed.

mod call_match;
mod choice;
mod exact;
mod ignored;
mod instructions;
mod pattern;

pub use call_match::{ExpectedCalls, RightCall, call_match, call_match_gold};
pub use choice::{Letters, choice};
pub use exact::exact;
pub use ignored::Ignored;
pub use instructions::{INSTRUCTION_METRICS, Instruction, instructions};
pub use pattern::{Pattern, Pick, pattern};

use assay_api::Verdict;

use super::outcome::failed;

/// A failure that shows what was given.
fn wrong(given: &str) -> Verdict {
    failed("text", &format!("gave {given:?}"))
}
