use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;

use super::cassette::Cassette;
use super::error::EndpointError;
use super::pace::Pace;
use super::provider::Provider;
use super::retry::RetryPolicy;
use super::secret::Secret;

/// Which server to ask, for which model, and how patiently.
#[derive(Debug, Clone)]
pub struct EndpointConfig {
    /// Where the API is: `http://` or `https://`, with or without a trailing slash. A URL without a path gets
    /// `/v1`; the path of a single call (`/chat/completions`, `/completions`) is dropped. Neither credentials
    /// nor a query may be part of it.
    pub base_url: String,
    /// The kind of server.
    pub provider: Provider,
    /// The model's name, as the server spells it.
    pub model: String,
    /// Sent as a bearer token, to this server only.
    pub api_key: Option<Secret>,
    /// The deadline of one try, from sending the request to the answer's end. Default 600 s.
    pub request_timeout: Duration,
    /// The deadline for the connection, TLS included. Default 10 s.
    pub connect_timeout: Duration,
    /// How long a stream that has begun may pause. What comes before the first token (loading the model,
    /// reading the prompt) is not a pause. Default 120 s.
    pub idle_timeout: Duration,
    /// What to do about passing failures.
    pub retry: RetryPolicy,
    /// Whether to ask for a stream of events, so that a stall is noticed. Default true.
    pub stream: bool,
    /// How many requests at once, and how many a minute.
    pub pace: Pace,
    /// Records what the server answers, or answers in its stead.
    pub cassette: Option<Arc<Cassette>>,
    /// Is told in one line how each try ended.
    pub log: Option<fn(&str)>,
}

impl EndpointConfig {
    /// The defaults for `model` on the server at `base_url`.
    #[must_use]
    pub fn new(base_url: impl Into<String>, model: impl Into<String>) -> Self {
        EndpointConfig {
            base_url: base_url.into(),
            provider: Provider::default(),
            model: model.into(),
            api_key: None,
            request_timeout: Duration::from_secs(600),
            connect_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(120),
            retry: RetryPolicy::default(),
            stream: true,
            pace: Pace::default(),
            cassette: None,
            log: None,
        }
    }

    /// Whether a cassette answers in the server's stead.
    pub(super) fn replays(&self) -> bool {
        self.cassette.as_ref().is_some_and(|cassette| cassette.replays())
    }
}

/// The URL that the API's paths are appended to: without a slash at the end.
pub(super) fn normalised(base_url: &str) -> Result<Url, EndpointError> {
    let shown = without_credentials(base_url);
    let error = |why: &str| EndpointError::configuration(&shown, why);
    let mut url = Url::parse(base_url.trim()).map_err(|e| error(&format!("not a URL: {e}")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(error("the URL must begin with http:// or https://"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(error("the URL must not hold credentials; name the key's variable with --api-key-env"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(error("the URL must end with its path"));
    }
    let path = url.path().trim_end_matches('/');
    let path = ["/chat/completions", "/completions"].iter().find_map(|call| path.strip_suffix(call)).unwrap_or(path);
    let path = if path.is_empty() { "/v1" } else { path }.to_owned();
    url.set_path(&path);
    Ok(url)
}

/// What may be shown of a URL that could hold a password or a key.
fn without_credentials(url: &str) -> String {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    let (scheme, rest) = url[..end].split_once("://").unwrap_or(("", &url[..end]));
    let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
    let shown = if scheme.is_empty() { place.to_owned() } else { format!("{scheme}://{place}") };
    super::error::excerpt(&shown)
}

#[cfg(test)]
mod tests {
    use super::normalised;
    use crate::endpoint::ErrorKind;

    #[test]
    fn a_base_url_is_accepted_in_all_its_spellings() {
        for (given, expected) in [
            ("http://localhost:11434", "http://localhost:11434/v1"),
            ("http://localhost:11434/", "http://localhost:11434/v1"),
            (" http://localhost:11434/v1 ", "http://localhost:11434/v1"),
            ("http://localhost:11434/v1//", "http://localhost:11434/v1"),
            ("https://host/api/v3/", "https://host/api/v3"),
            ("https://host/v1/chat/completions", "https://host/v1"),
            ("http://[::1]:8080", "http://[::1]:8080/v1"),
        ] {
            assert_eq!(normalised(given).unwrap().as_str(), expected, "{given}");
        }
    }

    #[test]
    fn a_bad_base_url_is_refused_without_showing_secrets() {
        for given in [
            "localhost:8080",
            "ftp://host",
            "not a url",
            "",
            "http://user:canary@host/v1",
            "http://host/v1?key=canary",
            "user:canary@host",
        ] {
            let error = normalised(given).unwrap_err();
            assert_eq!((error.kind, error.attempts, error.is_fatal()), (ErrorKind::Configuration, 0, true));
            assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
        }
    }
}
