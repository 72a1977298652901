//! Verification of a run: every program is executed again, and must do what the run file says it did.

mod difference;
mod verification;

pub use difference::{Difference, Sample};
pub use verification::{Verification, Verified};
