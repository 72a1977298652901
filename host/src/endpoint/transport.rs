use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{Client, Response, Url, redirect};

use super::cassette::Tape;
use super::config::EndpointConfig;
use super::error::ErrorKind;
use super::failure::Failure;
use super::secret::Secret;

/// The most that is taken of an answer, after decompression, in bytes.
const MAX_BODY_BYTES: usize = 64 << 20;
/// The most that is read of an error's body, in bytes.
const MAX_ERROR_BYTES: usize = 64 << 10;

/// The HTTP client for one endpoint: no redirects, no proxy for a server on this machine.
///
/// # Errors
/// Why it can't be built, for humans.
pub(super) fn client(config: &EndpointConfig, base: &Url) -> Result<Client, String> {
    crate::tls::install();
    let mut builder = Client::builder()
        .user_agent(concat!("assay/", env!("CARGO_PKG_VERSION")))
        .default_headers(headers(config.api_key.as_ref())?)
        .redirect(redirect::Policy::none())
        .connect_timeout(config.connect_timeout);
    if base.scheme() == "http" {
        // A machine without any CA certificates can still ask the server next to it.
        builder = builder.tls_certs_only([]);
    }
    if is_loopback(base) {
        builder = builder.no_proxy();
    }
    builder.build().map_err(|e| root_cause(&e))
}

fn headers(key: Option<&Secret>) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json, text/event-stream"));
    if let Some(key) = key.filter(|key| !key.expose().is_empty()) {
        let mut value = HeaderValue::from_str(&format!("Bearer {}", key.expose()))
            .map_err(|_| "the API key holds characters that no key has".to_owned())?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    Ok(headers)
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

/// The failure that an error of the HTTP library tells of.
pub(super) fn failure(error: &reqwest::Error) -> Failure {
    let kind = if error.is_connect() {
        ErrorKind::Connect
    } else if error.is_builder() {
        ErrorKind::Configuration
    } else {
        ErrorKind::Transport
    };
    let cause = root_cause(error);
    // What a server that speaks plain HTTP looks like to TLS.
    let is_plain = cause.contains("InvalidContentType");
    Failure::new(kind, if is_plain { "the server does not speak TLS: try http://".to_owned() } else { cause })
}

/// The innermost error says what happened; the outer ones repeat the URL and the library's structure.
fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

/// The body of a response, piece by piece, bounded.
pub(super) struct Body<'a> {
    source: Source<'a>,
    received: usize,
}

enum Source<'a> {
    /// A server; what it sends is copied to the tape.
    Live { response: Response, tape: Option<&'a Mutex<Tape>> },
    /// A cassette: the whole body, and how it ended when it did not end well.
    Replayed { body: Option<Bytes>, broke: Option<Failure> },
}

impl<'a> Body<'a> {
    /// The body of a live response, copied to `tape` if there is one.
    pub(super) fn taped(response: Response, tape: Option<&'a Mutex<Tape>>) -> Self {
        Body { source: Source::Live { response, tape }, received: 0 }
    }

    /// The body that was recorded, and how it broke if it did.
    pub(super) fn replayed(body: Bytes, broke: Option<Failure>) -> Self {
        Body { source: Source::Replayed { body: Some(body), broke }, received: 0 }
    }

    /// The next piece, decompressed; `None` at the end. A pause longer than `idle` is a failure.
    pub(super) async fn next(&mut self, idle: Option<Duration>) -> Result<Option<Bytes>, Failure> {
        let chunk = match &mut self.source {
            Source::Replayed { body, broke } => match (body.take(), broke.take()) {
                (Some(body), later) => {
                    *broke = later;
                    Some(body)
                }
                (None, Some(failure)) => return Err(failure),
                (None, None) => None,
            },
            Source::Live { response, tape } => {
                let chunk = live(response, idle).await?;
                if let (Some(tape), Some(bytes)) = (tape, &chunk) {
                    tape.lock().unwrap_or_else(PoisonError::into_inner).body(bytes);
                }
                chunk
            }
        };
        self.received += chunk.as_ref().map_or(0, Bytes::len);
        if self.received > MAX_BODY_BYTES {
            return Err(Failure::new(ErrorKind::TooLarge, ""));
        }
        Ok(chunk)
    }

    /// The whole rest.
    pub(super) async fn rest(&mut self) -> Result<Vec<u8>, Failure> {
        let mut whole = Vec::new();
        while let Some(bytes) = self.next(None).await? {
            whole.extend_from_slice(&bytes);
        }
        Ok(whole)
    }

    /// As much of the body as an error message could want. That it breaks off does not matter.
    pub(super) async fn beginning(&mut self) -> Vec<u8> {
        let mut beginning = Vec::new();
        while beginning.len() < MAX_ERROR_BYTES
            && let Ok(Some(bytes)) = self.next(None).await
        {
            beginning.extend_from_slice(&bytes);
        }
        beginning.truncate(MAX_ERROR_BYTES);
        beginning
    }
}

async fn live(response: &mut Response, idle: Option<Duration>) -> Result<Option<Bytes>, Failure> {
    let chunk = response.chunk();
    let chunk = match idle {
        Some(idle) => tokio::time::timeout(idle, chunk)
            .await
            .map_err(|_| Failure::new(ErrorKind::Stalled, format!("nothing for {} s", idle.as_secs_f32())))?,
        None => chunk.await,
    };
    chunk.map_err(|e| failure(&e))
}
