//! Whether a suite can be trusted: its gold answers pass, wrong answers do not, and it does the same again.

mod checking;
mod expected;
mod findings;
mod impostors;
mod javascript;
mod leaks;
mod record;
mod trial;

pub use checking::Checking;
pub use expected::Expected;
pub use findings::{Accepted, Checked, Golds, Leak, Mutants, Named, PromptDigest, Survivor, TightLimit};
pub use record::{CheckRecord, FailedCheck};
