//! Answers that are calls of functions, as BFCL judges them.

mod arithmetic;
mod compare;
mod decode;
mod expected;
mod gold;
mod signature;
mod unparse;
mod value;

pub use expected::{ExpectedCalls, RightCall, call_match};
pub use gold::call_match_gold;
