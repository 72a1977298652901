//! Suites that are a folder: `suite.toml`, templates, data.

mod check;
mod choice;
mod csv;
mod data;
mod directory;
mod error;
mod folder;
mod judged;
mod limits;
mod manifest;
mod messages;
mod path;
mod pin;
mod programs;
mod prompt_table;
mod prompts;
mod pytest;
mod python_json;
mod row;
#[cfg(test)]
mod schema;
mod scoring;
mod solutions;
mod source;
mod spanned;
mod suite;
mod tables;
mod templates;
mod text;
mod turn;
mod unittest;
mod verbatim;
mod words;

pub use assay_api::Choice;
pub use check::id_problem;
pub(crate) use check::{data_file_problem, filters_problem};
pub use data::content_sha256;
pub(crate) use data::read_data;
pub use directory::{DataDirectory, Directory};
pub use error::LoadError;
pub use folder::{DataSource, Folder};
pub use manifest::{MANIFEST, Manifest};
pub(crate) use path::is_inside;
pub use pin::pinned;
pub use suite::DeclarativeSuite;
pub(crate) use words::words_problem;
