use std::path::Path;

use assay_api::SuiteError;
use assay_api::call::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{CallError, Connection};

/// The longest response, in bytes: a page of a suite's tasks is the longest there is reason for.
const MAX_RESPONSE: usize = 256 << 20;

/// How much of what a plugin says of itself is told, in characters.
const MAX_MESSAGE: usize = 1000;

/// What the plugin in `file` answers.
pub(super) fn ask<T: DeserializeOwned>(
    file: &Path,
    connection: &dyn Connection,
    method: Method,
    request: &impl Serialize,
) -> Result<T, SuiteError> {
    let broken = |message: String| SuiteError::Internal(format!("{}: {method}: {}", file.display(), cut(message)));
    let request = serde_json::to_string(request).map_err(|error| broken(error.to_string()))?;
    let response = connection.call(method, &request).map_err(|error| match error {
        CallError::Unknown => SuiteError::Unsupported(format!("{}: it has no `{method}`", file.display())),
        CallError::Broken(message) => broken(message),
        CallError::Suite(error) => told(error),
    })?;
    if response.len() > MAX_RESPONSE {
        return Err(broken(format!("a response of {} bytes: at most {MAX_RESPONSE} are read", response.len())));
    }
    serde_json::from_str(&response).map_err(|error| broken(format!("the response is not what it should be: {error}")))
}

/// The plugin's own words, of a length that can be read.
fn told(error: SuiteError) -> SuiteError {
    match error {
        SuiteError::Task { task_id, message } => SuiteError::Task { task_id: cut(task_id), message: cut(message) },
        SuiteError::Unsupported(message) => SuiteError::Unsupported(cut(message)),
        SuiteError::Internal(message) => SuiteError::Internal(cut(message)),
        other => other,
    }
}

fn cut(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(MAX_MESSAGE) {
        text.truncate(end);
        text.push_str(" ...");
    }
    text
}
