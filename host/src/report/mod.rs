//! What a terminal shows of a run: its summary, models side by side, tasks by model, samples.
//!
//! Everything here writes to any `impl Write` and takes care of three things: colour only where asked for,
//! lines that fit the width, and no control character from a model, a suite or a server reaching the terminal.

mod comparison;
mod excerpt;
mod layout;
mod models;
mod number;
mod overview;
mod printable;
mod sample;
mod samples;
mod style;
mod summary;
mod table;
mod task;
mod tasks;

pub use comparison::{Group, Model, write_comparison};
pub use models::write_models;
pub(crate) use number::fuel;
pub use overview::write_overview;
pub use printable::printable;
pub use sample::write_sample;
pub use samples::write_samples;
pub use style::{Role, Style};
pub use summary::write_summary;
pub use task::{InspectedTask, write_task};
pub use tasks::write_tasks;
