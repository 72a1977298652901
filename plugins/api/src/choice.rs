use serde::{Deserialize, Serialize};

/// Which of a suite's languages and variants is meant.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Choice {
    /// One of `languages`; `None` for the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// One of `variants`; `None` for the first, where there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
}
