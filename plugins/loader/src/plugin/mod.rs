//! Suites that are programs of their own and speak the protocol of [`assay_api::call`].
//!
//! A [`Backend`] is a way to carry that protocol: a WebAssembly component, or a [native](crate::native) library. What a
//! plugin answers is checked here, the same for all of them: a plugin is not trusted to be well-formed.

mod answer;
mod backend;
mod data;
mod error;
mod info;
mod program;
mod suite;

pub use backend::{Backend, CallError, Connection};
pub use data::PluginData;
pub use error::PluginError;
pub use suite::{Plugin, PluginSuite};
