use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION};
use reqwest::{Client, RequestBuilder};
use serde_json::Value;
use tokio::time::{Instant, timeout};

use super::cassette::Tape;
use super::completion::Latency;
use super::config::EndpointConfig;
use super::decoder::Decoder;
use super::error::{ErrorKind, excerpt};
use super::failure::Failure;
use super::reset::until_reset;
use super::response::Reply;
use super::retry;
use super::transport::{self, Body};

/// How long to wait for the end of a body whose stream is over, so that its connection can be used again.
const DRAIN: Duration = Duration::from_millis(250);
/// How long to wait for the usage once the finish reason is there.
const USAGE: Duration = Duration::from_secs(5);

/// One request to a URL and what comes of it.
pub(super) struct Attempt<'a> {
    config: &'a EndpointConfig,
    url: &'a str,
}

/// What a server answered, and when.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) reply: Reply,
    pub(super) latency: Latency,
}

impl<'a> Attempt<'a> {
    pub(super) fn new(config: &'a EndpointConfig, url: &'a str) -> Self {
        Attempt { config, url }
    }

    /// Asks for up to `wanted` choices. `path` is the URL's below the base.
    pub(super) async fn send(&self, http: &Client, path: &str, body: &Value, wanted: usize) -> Result<Answer, Failure> {
        let request = http.post(self.url).header(CONTENT_TYPE, "application/json").body(body.to_string());
        let tape = self.config.cassette.as_ref().map(|_| Mutex::new(Tape::default()));
        let result = self.timed(self.receive(request, wanted, tape.as_ref())).await;
        if let (Some(cassette), Some(tape)) = (&self.config.cassette, tape) {
            let tape = tape.into_inner().unwrap_or_else(PoisonError::into_inner);
            let ended = result.as_ref().map(|answer| answer.latency);
            cassette.keep(path, body, tape, ended, self.config.api_key.as_ref())?;
        }
        result
    }

    /// Plays back what came of the same request.
    pub(super) async fn replay(&self, path: &str, body: &Value, wanted: usize) -> Result<Answer, Failure> {
        let Some(cassette) = &self.config.cassette else { return Err(Failure::new(ErrorKind::Cassette, "none")) };
        let recorded = cassette.play(path, body)?;
        let start = Instant::now();
        let broke = recorded.broke();
        let Some((status, headers)) = recorded.head() else {
            return Err(broke.unwrap_or_else(|| Failure::new(ErrorKind::Transport, "")));
        };
        let body = accept(status, &headers, Body::replayed(recorded.body(), broke)).await?;
        let answer = self.decode(body, wanted, start).await?;
        Ok(Answer { latency: recorded.latency().unwrap_or(answer.latency), ..answer })
    }

    /// `work` within the deadline of one try, and a line of it in the log.
    pub(super) async fn timed<T>(&self, work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        let start = Instant::now();
        let deadline = self.config.request_timeout;
        let result = match timeout(deadline, work).await {
            Ok(result) => result,
            Err(_) => Err(Failure::new(ErrorKind::Timeout, format!("gave up at {} s", deadline.as_secs_f32()))),
        };
        if let Some(log) = self.config.log {
            let (url, seconds) = (self.url, start.elapsed().as_secs_f64());
            log(&match &result {
                Ok(_) => format!("{url} answered after {seconds:.3} s"),
                Err(failure) => format!("{url} failed after {seconds:.3} s: {}", self.told(failure)),
            });
        }
        result
    }

    /// A failure for the log.
    fn told(&self, failure: &Failure) -> String {
        let status = failure.status.map_or_else(String::new, |status| format!(" (HTTP {status})"));
        let said = self.config.api_key.as_ref().map_or_else(|| failure.said.clone(), |key| key.redact(&failure.said));
        let said = if said.is_empty() { said } else { format!(": {}", excerpt(&said)) };
        format!("{}{status}{said}", failure.kind)
    }

    async fn receive(
        &self,
        request: RequestBuilder,
        wanted: usize,
        tape: Option<&Mutex<Tape>>,
    ) -> Result<Answer, Failure> {
        let start = Instant::now();
        let response = request.send().await.map_err(|e| transport::failure(&e))?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        if let Some(tape) = tape {
            tape.lock().unwrap_or_else(PoisonError::into_inner).response(status, &headers);
        }
        let body = accept(status, &headers, Body::taped(response, tape)).await?;
        self.decode(body, wanted, start).await
    }

    async fn decode(&self, mut body: Body<'_>, wanted: usize, start: Instant) -> Result<Answer, Failure> {
        let mut decoder = Decoder::new(wanted);
        let mut first_token = None;
        let latency = |first_token| Latency { first_token, total: start.elapsed() };
        while !decoder.is_done() {
            let idle = self.idle_deadline(&decoder);
            match body.next(idle).await {
                Ok(Some(bytes)) => decoder.push(&bytes)?,
                Ok(None) => break,
                // Only the usage can be missing.
                Err(_) if decoder.is_whole() => {
                    return decoder.finish_early().map(|reply| Answer { reply, latency: latency(first_token) });
                }
                Err(failure) => return Err(failure),
            }
            if first_token.is_none() && decoder.has_begun() {
                first_token = Some(start.elapsed());
            }
        }
        let latency = latency(first_token);
        if decoder.is_done() {
            let _ = body.next(Some(DRAIN)).await;
        }
        decoder.finish().map(|reply| Answer { reply, latency })
    }

    /// How long the answer may pause now. Before its first token only the deadline of the whole try holds.
    fn idle_deadline(&self, decoder: &Decoder) -> Option<Duration> {
        let idle = self.config.idle_timeout;
        if decoder.is_whole() { Some(idle.min(USAGE)) } else { decoder.has_begun().then_some(idle) }
    }
}

/// Sends a request and gives its response if that may hold an answer.
pub(super) async fn send(request: RequestBuilder) -> Result<Body<'static>, Failure> {
    let response = request.send().await.map_err(|e| transport::failure(&e))?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    accept(status, &headers, Body::taped(response, None)).await
}

/// The body of a response, if that may hold an answer.
async fn accept<'a>(status: u16, headers: &HeaderMap, mut body: Body<'a>) -> Result<Body<'a>, Failure> {
    if !(200..300).contains(&status) {
        return Err(refusal(status, headers, body).await);
    }
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if is_foreign(content_type) {
        let page = body.beginning().await;
        let said = format!("{content_type}: {}", String::from_utf8_lossy(&page));
        return Err(Failure::new(ErrorKind::NotAnApi, said));
    }
    Ok(body)
}

/// The failure that an unsuccessful response tells of.
async fn refusal(status: u16, headers: &HeaderMap, mut body: Body<'_>) -> Failure {
    let now = SystemTime::now();
    // Successful answers carry the limits' headers too: only here they mean that a limit was met.
    let reset = || if status == 429 { until_reset(headers, now) } else { None };
    let retry_after = retry::retry_after(headers, now).or_else(reset);
    let should_retry = retry::should_retry(headers);
    let location = headers.get(LOCATION).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let body = body.beginning().await;
    let failure = Failure { retry_after, should_retry, ..Failure::from_status(status, &body) };
    match location {
        Some(location) if failure.kind == ErrorKind::Redirect => Failure { said: format!("to {location}"), ..failure },
        _ => failure,
    }
}

/// Whether a content type can't be an API's answer. Wrong labels among text and JSON are common.
fn is_foreign(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let may_be_json = essence.is_empty()
        || essence.ends_with("json")
        || matches!(essence.as_str(), "text/event-stream" | "text/plain" | "application/octet-stream");
    !may_be_json
}
