use serde::{Deserialize, Serialize};

/// What a worker has given up before it executes anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confinement {
    /// What it should have given up and could not, each with the reason, as fragments. Empty where all is well.
    pub missing: Vec<String>,
}

impl Confinement {
    /// Whether the worker is confined in every way there is.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty()
    }
}
