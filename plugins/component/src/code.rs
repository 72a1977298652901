use std::path::PathBuf;

/// What compiled code depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeKey {
    /// SHA-256 of the component, in hexadecimal.
    pub component: String,
    /// Everything about the engine: its version, its settings, the processor.
    pub engine: String,
}

/// Keeps compiled components. Loading one is loading native code, so nobody but the user may be able to write where they
/// are kept, and what is given must be what `compile` gave.
pub trait CodeStore {
    /// The file with the code for `key`, which `compile` makes if it is not there.
    ///
    /// # Errors
    /// What `compile` says, or why code cannot be kept: a lowercase fragment.
    fn file(&self, key: &CodeKey, compile: &mut dyn FnMut() -> Result<Vec<u8>, String>) -> Result<PathBuf, String>;
}
