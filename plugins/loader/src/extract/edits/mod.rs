//! Answers that say how a file is to be changed: aider's SEARCH/REPLACE blocks, and unified diffs.

mod answer;
mod blocks;
mod diff;
mod dots;
mod file;
mod filename;
mod hunk;
mod indentation;
mod place;
mod reason;
mod search;

pub use answer::{edit_blocks, unified_diff};
use reason::Reason;
