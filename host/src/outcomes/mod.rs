//! The cache of outcomes: the same program on the same runtime under the same limits is not executed twice.
//!
//! It is one SQLite file in the user's cache directory, shared by all assay processes of that user. Nothing depends on
//! it: one that is damaged, full or out of reach costs executions, never a run.

mod cache;
mod encoding;
mod key;
mod table;
#[cfg(test)]
mod tests;

pub use cache::{DEFAULT_BYTES, FILE_NAME, OutcomeCache};
pub use key::{Key, Keys};
pub use table::inspect;
