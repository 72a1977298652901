use std::time::Duration;

use serde_json::Value;

use super::error::ErrorKind;

/// Why one try failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) kind: ErrorKind,
    pub(super) status: Option<u16>,
    /// As the server sent it: neither bounded for display nor free of control characters and secrets.
    pub(super) said: String,
    /// How long the server wants to be left alone.
    pub(super) retry_after: Option<Duration>,
    /// The server's own word on whether to try again.
    pub(super) should_retry: Option<bool>,
}

impl Failure {
    pub(super) fn new(kind: ErrorKind, said: impl Into<String>) -> Self {
        Failure { kind, status: None, said: said.into(), retry_after: None, should_retry: None }
    }

    /// A failure that an HTTP status and the body with it tell of.
    pub(super) fn from_status(status: u16, body: &[u8]) -> Self {
        let json = serde_json::from_slice::<Value>(body).ok();
        let said = json.as_ref().and_then(message_of).unwrap_or_else(|| String::from_utf8_lossy(body).into_owned());
        let code = json.as_ref().map(code_of).unwrap_or_default();
        Failure { status: Some(status), ..Failure::new(kind_of(Some(status), &code, &said), said) }
    }

    /// The failure that an error object under HTTP 200 tells of, unless `value` is something else.
    pub(super) fn from_error_object(value: &Value) -> Option<Self> {
        let error = value.get("error").filter(|error| !error.is_null());
        // Some servers send the error itself.
        let is_bare = value.get("object").and_then(Value::as_str) == Some("error")
            || (value.get("choices").is_none() && value.get("message").is_some() && value.get("code").is_some());
        if error.is_none() && !is_bare {
            return None;
        }
        let inner = error.unwrap_or(value);
        let status = ["code", "status", "status_code"]
            .iter()
            .find_map(|key| inner.get(*key).and_then(Value::as_u64))
            .and_then(|code| u16::try_from(code).ok())
            .filter(|code| (300..600).contains(code));
        let said = message_of(value).unwrap_or_else(|| inner.to_string());
        Some(Failure::new(kind_of(status, &code_of(value), &said), said))
    }

    /// Whether another try makes sense.
    pub(super) fn is_transient(&self, proven: bool) -> bool {
        self.should_retry.unwrap_or_else(|| self.kind.is_transient(proven))
    }
}

/// The message in an error body, in the shapes that servers use.
fn message_of(value: &Value) -> Option<String> {
    let error = value.get("error").unwrap_or(&Value::Null);
    [error.get("message"), Some(error), value.get("message"), value.get("detail")]
        .into_iter()
        .flatten()
        .find_map(Value::as_str)
        .map(str::to_owned)
}

/// The machine-readable words of an error body: its codes and types.
fn code_of(value: &Value) -> String {
    let error = value.get("error").unwrap_or(value);
    let words = ["code", "type"].iter().filter_map(|key| error.get(*key).and_then(Value::as_str));
    words.collect::<Vec<_>>().join(" ").to_ascii_lowercase()
}

fn kind_of(status: Option<u16>, code: &str, said: &str) -> ErrorKind {
    let said = said.to_ascii_lowercase();
    if is_context_overflow(code, &said) && !matches!(status, Some(401 | 403 | 404 | 429)) {
        return ErrorKind::ContextOverflow;
    }
    if code.contains("insufficient_quota") || said.contains("exceeded your current quota") {
        return ErrorKind::Quota;
    }
    match status {
        Some(300..=399) => ErrorKind::Redirect,
        Some(401) => ErrorKind::Unauthorized,
        Some(402) => ErrorKind::Quota,
        Some(403) => ErrorKind::Forbidden,
        Some(404 | 405 | 410) => ErrorKind::NotFound,
        Some(429) => ErrorKind::RateLimited,
        Some(503 | 529) => ErrorKind::Overloaded,
        Some(408 | 409 | 425) => ErrorKind::Server,
        Some(400..=499) if code.contains("model_not_found") => ErrorKind::NotFound,
        Some(400..=499) => ErrorKind::BadRequest,
        Some(_) => ErrorKind::Server,
        None => kind_of_code(code),
    }
}

fn kind_of_code(code: &str) -> ErrorKind {
    let says = |words: &[&str]| words.iter().any(|word| code.contains(word));
    if says(&["overloaded"]) {
        ErrorKind::Overloaded
    } else if says(&["invalid_api_key", "authentication"]) {
        ErrorKind::Unauthorized
    } else if says(&["model_not_found", "not_found_error", "notfound"]) {
        ErrorKind::NotFound
    } else if says(&["rate_limit"]) {
        ErrorKind::RateLimited
    } else if says(&["invalid_request", "badrequest", "bad_request"]) {
        ErrorKind::BadRequest
    } else {
        ErrorKind::Server
    }
}

/// Servers agree on neither the status nor the code of this one, so their sentences have to tell.
fn is_context_overflow(code: &str, said: &str) -> bool {
    const CODES: [&str; 2] = ["context_length_exceeded", "exceed_context_size"];
    const SENTENCES: [&str; 17] = [
        "maximum context length",
        "maximum model length",
        "exceeds the available context size",
        "exceeds the context length",
        "exceed the context",
        "context the overflows",
        "exceed context window",
        "greater than the context length",
        "prompt is too long",
        "is longer than the model's context length",
        "reduce the length of the messages",
        "input is too long for requested model",
        "`max_new_tokens` must be <=",
        "`inputs` must have less than",
        "exceeds the maximum number of tokens",
        "exceeds the maximum allowed length",
        "larger than the max context size",
    ];
    CODES.iter().any(|word| code.contains(word)) || SENTENCES.iter().any(|words| said.contains(words))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{ErrorKind, Failure};

    /// Bodies as the servers send them.
    #[test]
    fn a_context_overflow_is_recognised_in_every_dialect() {
        for (status, body) in [
            (
                400,
                json!({"error": {"message": "This model's maximum context length is 8192 tokens.", "type": "invalid_request_error", "code": "context_length_exceeded"}}),
            ),
            (
                400,
                json!({"object": "error", "message": "This model's maximum context length is 4096 tokens. However, you requested 5000", "type": "BadRequestError", "code": 400}),
            ),
            (
                400,
                json!({"error": {"code": 400, "message": "the request exceeds the available context size. try increasing the context size", "type": "exceed_context_size_error"}}),
            ),
            (
                500,
                json!({"error": {"code": 500, "message": "the request exceeds the available context size", "type": "server_error"}}),
            ),
            (400, json!({"error": {"message": "the input length exceeds the context length", "type": "api_error"}})),
            (
                400,
                json!({"error": "Trying to keep the first 5000 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens, which is not enough"}),
            ),
            (
                400,
                json!({"error": "The number of tokens to keep from the initial prompt is greater than the context length."}),
            ),
            (
                400,
                json!({"error": {"message": "Requested tokens (5000) exceed context window of 2048", "code": "500"}}),
            ),
        ] {
            assert_eq!(
                Failure::from_status(status, body.to_string().as_bytes()).kind,
                ErrorKind::ContextOverflow,
                "{body}"
            );
        }
        for (status, body) in [
            (
                422,
                json!({"error": "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 4000 `inputs` tokens and 1024 `max_new_tokens`", "error_type": "validation"}),
            ),
            (422, json!({"error": "Input validation error: `inputs` must have less than 4095 tokens. Given: 5000"})),
            (
                400,
                json!({"object": "error", "message": "The decoder prompt (length 5000) is longer than the maximum model length of 4096. Make sure that `max_model_len` is no smaller", "code": 400}),
            ),
            (
                400,
                json!({"object": "error", "message": "The input (5000 tokens) is longer than the model's context length (4096 tokens).", "code": 400}),
            ),
            (
                413,
                json!({"error": {"message": "Please reduce the length of the messages or completion.", "code": "context_length_exceeded"}}),
            ),
            (
                400,
                json!({"type": "error", "error": {"type": "invalid_request_error", "message": "prompt is too long: 208310 tokens > 200000 maximum"}}),
            ),
            (
                400,
                json!({"error": {"message": "input is too large to process. input is larger than the max context size. skipping", "code": 500}}),
            ),
        ] {
            let kind = Failure::from_status(status, body.to_string().as_bytes()).kind;
            assert_eq!(kind, ErrorKind::ContextOverflow, "{body}");
        }
    }

    #[test]
    fn what_only_sounds_like_a_context_overflow_is_none() {
        for (status, message) in [
            (429, "Request too large for model: Limit 6000, Requested 8000 tokens per minute"),
            (413, "request entity too large"),
            (500, "the context was cancelled"),
        ] {
            let body = json!({"error": {"message": message}}).to_string();
            assert_ne!(Failure::from_status(status, body.as_bytes()).kind, ErrorKind::ContextOverflow, "{message}");
        }
    }

    #[test]
    fn a_status_tells_the_kind() {
        for (status, body, kind) in [
            (301, "", ErrorKind::Redirect),
            (400, "{\"error\":{\"code\":\"model_not_found\"}}", ErrorKind::NotFound),
            (400, "no", ErrorKind::BadRequest),
            (401, "{}", ErrorKind::Unauthorized),
            (402, "", ErrorKind::Quota),
            (403, "", ErrorKind::Forbidden),
            (404, "", ErrorKind::NotFound),
            (408, "", ErrorKind::Server),
            (429, "{\"error\":{\"code\":\"insufficient_quota\"}}", ErrorKind::Quota),
            (429, "", ErrorKind::RateLimited),
            (500, "<html>", ErrorKind::Server),
            (503, "<html>", ErrorKind::Overloaded),
        ] {
            assert_eq!(Failure::from_status(status, body.as_bytes()).kind, kind, "{status} {body}");
        }
    }

    #[test]
    fn an_error_object_tells_the_kind() {
        for (body, kind) in [
            (json!({"error": "boom"}), ErrorKind::Server),
            (json!({"error": {"message": "slow down", "code": 429}}), ErrorKind::RateLimited),
            (json!({"error": {"message": "who?", "code": "invalid_api_key"}}), ErrorKind::Unauthorized),
            (json!({"error": {"message": "no", "type": "invalid_request_error"}}), ErrorKind::BadRequest),
            (json!({"code": 503, "message": "Loading model"}), ErrorKind::Overloaded),
            (json!({"object": "error", "message": "gone", "type": "NotFoundError"}), ErrorKind::NotFound),
        ] {
            assert_eq!(Failure::from_error_object(&body).map(|f| f.kind), Some(kind), "{body}");
        }
        assert_eq!(Failure::from_error_object(&json!({"error": null, "choices": []})), None);
    }
}
