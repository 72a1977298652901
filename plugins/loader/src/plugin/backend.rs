use std::sync::Arc;

use assay_api::SuiteError;
use assay_api::call::Method;

use super::PluginData;

/// Code that is a suite, loaded.
pub trait Backend: Send + Sync {
    /// A suite that may read `data`.
    ///
    /// # Errors
    /// What is wrong with the plugin: a lowercase fragment.
    fn connect(&self, data: Arc<PluginData>) -> Result<Box<dyn Connection>, String>;
}

/// A suite that answers requests. Called from several threads.
pub trait Connection: Send + Sync {
    /// The response to `request`; both are JSON, though nothing promises that the response is.
    ///
    /// # Errors
    /// When there is none.
    fn call(&self, method: Method, request: &str) -> Result<String, CallError>;
}

/// Why a plugin gave no response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallError {
    /// It does not know the method.
    Unknown,
    /// The suite says why.
    Suite(SuiteError),
    /// Something that must not happen: a trap, a panic, a limit. A lowercase fragment.
    Broken(String),
}
