//! Loads benchmark suites.
//!
//! [`declarative`] makes a [`Suite`](assay_api::Suite) of a folder with a `suite.toml`, templates and
//! data; [`native`] loads libraries; [`plugin`] is what those and components have in common. The strategies that such a folder names are [`extract`], from what a model wrote to code, and
//! [`score`], from outcomes to a verdict; both are pure functions that other suites can use as well.

pub mod declarative;
pub mod extract;
mod hex;
mod listing;
pub mod native;
pub mod plugin;
mod python_float;
pub mod score;

pub use listing::all_tasks;
