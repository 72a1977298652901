use std::str::FromStr;

use thiserror::Error;

/// What a field of a task must be, as users write it: `FIELD=VALUE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// A field that the suite declares.
    pub field: String,
    /// The value, exactly.
    pub value: String,
}

/// A text that is no [`Condition`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("write FIELD=VALUE")]
pub struct ConditionError;

impl FromStr for Condition {
    type Err = ConditionError;

    fn from_str(text: &str) -> Result<Self, ConditionError> {
        match text.split_once('=') {
            Some((field, value)) if !field.is_empty() => Ok(Condition { field: field.into(), value: value.into() }),
            _ => Err(ConditionError),
        }
    }
}
