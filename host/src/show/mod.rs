//! What a run file holds, for people and for scripts: the run, its samples, one sample.

mod listing;
mod overview;

pub use listing::{Chosen, ListedSample, list};
pub use overview::{Overview, SuiteOverview};
