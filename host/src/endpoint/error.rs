use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::failure::Failure;
use super::secret::Secret;

/// How many characters of the server's words an error carries.
const EXCERPT_CHARS: usize = 300;

/// Why there is no completion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorKind {
    /// The endpoint can't be built from its configuration; nothing was sent.
    #[error("the endpoint is misconfigured")]
    Configuration,
    /// The cassette has no answer to the request, or can't be written.
    #[error("the cassette fails")]
    Cassette,
    /// No connection: refused, unreachable, unknown host, TLS failure, or no answer within the connect deadline.
    #[error("can't connect")]
    Connect,
    /// The answer was not complete within the request's deadline.
    #[error("no complete answer before the request's deadline")]
    Timeout,
    /// An answer that had begun stalled for longer than the idle deadline.
    #[error("the answer stalled")]
    Stalled,
    /// The connection broke before the answer was whole.
    #[error("the connection broke before the answer was whole")]
    Transport,
    /// The server redirects; the client never follows.
    #[error("the server redirects")]
    Redirect,
    /// The server wants a valid API key.
    #[error("the API key is missing or wrong")]
    Unauthorized,
    /// The key does not allow this, or the provider refuses this prompt.
    #[error("the server forbids the request")]
    Forbidden,
    /// No such model, or no such API at this URL.
    #[error("no such model or no such API at this URL")]
    NotFound,
    /// The account has no credit left.
    #[error("the account's quota is used up")]
    Quota,
    /// Too many requests.
    #[error("too many requests")]
    RateLimited,
    /// The server refuses the request as it is.
    #[error("the server refuses the request")]
    BadRequest,
    /// Prompt and completion do not fit the model's context.
    #[error("the prompt does not fit the model's context")]
    ContextOverflow,
    /// The server is overloaded, by its own word (HTTP 503 or 529).
    #[error("the server is overloaded")]
    Overloaded,
    /// The server failed.
    #[error("the server failed")]
    Server,
    /// The answer is a web page or another foreign document.
    #[error("the answer does not come from a completions API")]
    NotAnApi,
    /// The answer is not what the API promises: cut or invalid JSON, invalid UTF-8, missing fields.
    #[error("the answer is malformed")]
    Malformed,
    /// The answer has nothing in it: no body, only `[DONE]`, or no choices.
    #[error("the answer is empty")]
    Empty,
    /// The answer ends before its finish reason.
    #[error("the answer ends before its finish_reason")]
    Cut,
    /// The answer is larger than the client accepts.
    #[error("the answer is larger than 64 MiB")]
    TooLarge,
}

impl ErrorKind {
    /// The name used in JSON and reports, for example `rate_limited`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            ErrorKind::Configuration => "configuration",
            ErrorKind::Cassette => "cassette",
            ErrorKind::Connect => "connect",
            ErrorKind::Timeout => "timeout",
            ErrorKind::Stalled => "stalled",
            ErrorKind::Transport => "transport",
            ErrorKind::Redirect => "redirect",
            ErrorKind::Unauthorized => "unauthorized",
            ErrorKind::Forbidden => "forbidden",
            ErrorKind::NotFound => "not_found",
            ErrorKind::Quota => "quota",
            ErrorKind::RateLimited => "rate_limited",
            ErrorKind::BadRequest => "bad_request",
            ErrorKind::ContextOverflow => "context_overflow",
            ErrorKind::Overloaded => "overloaded",
            ErrorKind::Server => "server",
            ErrorKind::NotAnApi => "not_an_api",
            ErrorKind::Malformed => "malformed",
            ErrorKind::Empty => "empty",
            ErrorKind::Cut => "cut",
            ErrorKind::TooLarge => "too_large",
        }
    }

    /// Whether the same request may well succeed later. An endpoint that has never answered (`proven` is
    /// false) is likelier to be misconfigured than down, and nobody should wait to be told so.
    pub(super) fn is_transient(self, proven: bool) -> bool {
        match self {
            ErrorKind::Timeout
            | ErrorKind::Stalled
            | ErrorKind::Transport
            | ErrorKind::RateLimited
            | ErrorKind::Overloaded
            | ErrorKind::Server
            | ErrorKind::Malformed
            | ErrorKind::Empty
            | ErrorKind::Cut => true,
            ErrorKind::Connect | ErrorKind::NotAnApi => proven,
            ErrorKind::Configuration
            | ErrorKind::Cassette
            | ErrorKind::Redirect
            | ErrorKind::Unauthorized
            | ErrorKind::Forbidden
            | ErrorKind::NotFound
            | ErrorKind::Quota
            | ErrorKind::BadRequest
            | ErrorKind::ContextOverflow
            | ErrorKind::TooLarge => false,
        }
    }

    /// Whether fewer requests at once would have helped.
    pub(super) fn is_overload(self) -> bool {
        matches!(self, ErrorKind::RateLimited | ErrorKind::Overloaded | ErrorKind::Timeout | ErrorKind::Stalled)
    }

    /// Whether the bytes that arrived do not tell of it.
    pub(super) fn is_broken_transport(self) -> bool {
        use ErrorKind::{Connect, Stalled, Timeout, Transport};
        matches!(self, Connect | Timeout | Stalled | Transport)
    }

    /// Whether every other request would fail too.
    fn is_fatal(self, proven: bool) -> bool {
        match self {
            ErrorKind::Configuration
            | ErrorKind::Cassette
            | ErrorKind::Connect
            | ErrorKind::Redirect
            | ErrorKind::Unauthorized
            | ErrorKind::NotFound
            | ErrorKind::Quota => true,
            ErrorKind::Forbidden | ErrorKind::NotAnApi => !proven,
            _ => false,
        }
    }

    fn advice(self) -> &'static str {
        match self {
            ErrorKind::Configuration => "correct the setting",
            ErrorKind::Cassette => "record it again with the same options, or check the disk",
            ErrorKind::Connect => "check that the server is running and that the URL is right",
            ErrorKind::Timeout => "raise --request-timeout or lower --concurrency",
            ErrorKind::Stalled | ErrorKind::Server => "look at the server's log, or lower --concurrency",
            ErrorKind::Transport | ErrorKind::Cut => {
                "look at the server's log, and at the timeouts of any proxy in between"
            }
            ErrorKind::Redirect => "if you trust the target, make it the --base-url",
            ErrorKind::Unauthorized => "put the key in the variable that --api-key-env names",
            ErrorKind::Forbidden => "check what the key is allowed to do",
            ErrorKind::NotFound => {
                "check --model, and the path of --base-url; GET /models on the server lists its models"
            }
            ErrorKind::Quota => "add credit or use another key",
            ErrorKind::RateLimited => "set --rpm or --tpm to the account's limits, or lower --concurrency",
            ErrorKind::Overloaded => "lower --concurrency",
            ErrorKind::BadRequest => "check the model's name and which sampling parameters it takes",
            ErrorKind::ContextOverflow => "give the server a larger context or ask for fewer tokens",
            ErrorKind::NotAnApi => "check --base-url: the API's path usually ends in /v1",
            ErrorKind::Malformed | ErrorKind::Empty => "look at the server's log, or try --no-stream",
            ErrorKind::TooLarge => "ask for fewer tokens",
        }
    }
}

/// Why a request gave no completion, where, and after how many tries.
///
/// The message is one line, names the URL, quotes the server (bounded, without control characters or the API
/// key) and says what to do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct EndpointError {
    /// What went wrong in the last try.
    pub kind: ErrorKind,
    /// The URL that was asked, without credentials.
    pub url: String,
    /// The HTTP status of the last try, where there was one.
    pub status: Option<u16>,
    /// How many requests were sent.
    pub attempts: u32,
    /// What the server or the system said of it; may be empty.
    pub said: String,
    fatal: bool,
}

impl EndpointError {
    pub(super) fn new(failure: Failure, url: &str, attempts: u32, proven: bool, key: Option<&Secret>) -> Self {
        let said = key.map_or_else(|| failure.said.clone(), |key| key.redact(&failure.said));
        EndpointError {
            kind: failure.kind,
            url: url.to_owned(),
            status: failure.status,
            attempts,
            said: excerpt(&said),
            fatal: failure.kind.is_fatal(proven),
        }
    }

    pub(super) fn configuration(url: &str, why: &str) -> Self {
        Self::new(Failure::new(ErrorKind::Configuration, why), url, 0, false, None)
    }

    /// Whether the whole run can't succeed: every other request would fail in the same way.
    #[must_use]
    pub fn is_fatal(&self) -> bool {
        self.fatal
    }
}

impl fmt::Display for EndpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.url, self.kind)?;
        if let Some(status) = self.status {
            write!(f, " (HTTP {status})")?;
        }
        if self.attempts > 1 {
            write!(f, " after {} tries", self.attempts)?;
        }
        if !self.said.is_empty() {
            write!(f, ": {}", self.said)?;
        }
        write!(f, "; {}", self.kind.advice())
    }
}

/// `text` in one line without anything that a terminal would act on, bounded.
pub(super) fn excerpt(text: &str) -> String {
    let visible: String = text.chars().map(|c| if is_visible(c) { c } else { ' ' }).collect();
    let mut words = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = words.char_indices().nth(EXCERPT_CHARS) {
        words.truncate(end);
        words.push('…');
    }
    words
}

fn is_visible(c: char) -> bool {
    let reorders_or_hides =
        matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    !c.is_control() && !reorders_or_hides
}

#[cfg(test)]
mod tests {
    use super::{EndpointError, excerpt};
    use crate::endpoint::Secret;
    use crate::endpoint::failure::Failure;

    #[test]
    fn an_excerpt_is_one_bounded_line_that_a_terminal_does_not_act_on() {
        assert_eq!(excerpt(" a\u{1b}[31m\r\n\tb\u{202e}c\u{0}\u{9b}d "), "a [31m b c d");
        assert_eq!(excerpt(&"é".repeat(1000)).chars().count(), 301);
    }

    #[test]
    fn the_message_names_the_url_says_what_to_do_and_hides_the_key() {
        let failure = Failure::from_status(401, b"{\"error\":{\"message\":\"Incorrect API key: sk-canary\"}}");
        let error = EndpointError::new(failure, "http://h/v1/models", 2, false, Some(&Secret::new("sk-canary")));
        assert_eq!(
            error.to_string(),
            "http://h/v1/models: the API key is missing or wrong (HTTP 401) after 2 tries: Incorrect API key: ***; \
             put the key in the variable that --api-key-env names"
        );
        assert!(error.is_fatal());
    }
}
