//! What authors of suites are given: a folder to begin with, and what makes a suite of it.

mod build;
mod kind;
mod template;
mod tool;

pub use build::{Built, build};
pub use kind::TemplateKind;
pub use template::{Template, make};
