//! A run's samples in the formats of other tools.

mod csv;
mod format;
mod judged;
mod sample;

pub use format::{ExportError, Exported, Format, export};
pub use sample::{ExecutedProgram, FullSample, SampleTurn};
