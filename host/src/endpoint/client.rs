use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use assay_api::Request;
use reqwest::header::{CONTENT_TYPE, LOCATION};
use reqwest::{Client, RequestBuilder, Response};
use serde_json::Value;
use tokio::time::{Instant, timeout};

use super::completion::{Completion, Finish, Latency, cut_at_stop};
use super::config::{EndpointConfig, normalised};
use super::decoder::Decoder;
use super::error::{EndpointError, ErrorKind};
use super::failure::Failure;
use super::response::{Reply, parse};
use super::transport::{self, Body};
use super::wire::{self, Api, Sampling};
use super::{reasoning, retry};

/// How long to wait for the end of a body whose stream is over, so that its connection can be used again.
const DRAIN: Duration = Duration::from_millis(250);
/// How long to wait for the usage once the finish reason is there.
const USAGE: Duration = Duration::from_secs(5);

/// A model on a server. Clones share connections.
#[derive(Clone)]
pub struct Endpoint {
    inner: Arc<Inner>,
}

struct Inner {
    config: EndpointConfig,
    base: String,
    http: Client,
    /// Whether the server has ever answered as it should.
    proven: AtomicBool,
}

/// A model that a server offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// Its name in requests.
    pub id: String,
    /// Who made it, where the server tells.
    pub owned_by: Option<String>,
    /// Its context in tokens, where the server tells.
    pub context_length: Option<u64>,
}

impl Endpoint {
    /// A client for `config`; nothing is sent yet.
    ///
    /// # Errors
    /// When the URL or the key can't be used, or an `https` URL finds no CA certificates on this machine.
    pub fn new(config: EndpointConfig) -> Result<Self, EndpointError> {
        let base = normalised(&config.base_url)?;
        let http =
            transport::client(&config, &base).map_err(|why| EndpointError::configuration(base.as_str(), &why))?;
        Ok(Endpoint { inner: Arc::new(Inner { config, base: base.into(), http, proven: AtomicBool::new(false) }) })
    }

    /// What the endpoint was built from.
    #[must_use]
    pub fn config(&self) -> &EndpointConfig {
        &self.inner.config
    }

    /// Asks for one completion. Passing failures are retried; dropping the future cancels the request.
    ///
    /// The server sees `seed` in 31 bits. The text ends before the earliest stop string even where the server
    /// took only some of them. An endpoint that has never answered is not asked twice for a connection.
    ///
    /// # Errors
    /// When there is no whole, well-formed completion after all tries.
    pub async fn complete(
        &self,
        request: &Request,
        sampling: &Sampling,
        seed: Option<u64>,
    ) -> Result<Completion, EndpointError> {
        let config = &self.inner.config;
        let stop = sampling.stop_strings(request);
        let api = Api::of(&request.prompt);
        let body = wire::body(&config.model, config.provider, request, sampling, &stop, seed, config.stream);
        let body = bytes::Bytes::from(body.to_string());
        let url = format!("{}{}", self.inner.base, api.path());
        let attempt = || {
            let request = self.inner.http.post(&url).header(CONTENT_TYPE, "application/json").body(body.clone());
            self.ask(request)
        };
        let ((reply, latency), attempts) = self.with_retries(&url, attempt).await?;
        Ok(completion(reply, latency, attempts, api, &stop))
    }

    /// The models that the server offers, in its order.
    ///
    /// # Errors
    /// When the server does not answer with a list of models after all tries.
    pub async fn models(&self) -> Result<Vec<Model>, EndpointError> {
        let url = format!("{}/models", self.inner.base);
        let (models, _) = self.with_retries(&url, || list(self.inner.http.get(&url))).await?;
        Ok(models)
    }

    /// Runs `attempt` until it succeeds or there is no sense in another try. Gives the number of tries, too.
    async fn with_retries<T, F>(&self, url: &str, attempt: impl Fn() -> F) -> Result<(T, u32), EndpointError>
    where
        F: Future<Output = Result<T, Failure>>,
    {
        let config = &self.inner.config;
        let mut attempts = 0;
        loop {
            attempts += 1;
            let failure = match timeout(config.request_timeout, attempt()).await {
                Ok(Ok(answer)) => {
                    self.inner.proven.store(true, Ordering::Relaxed);
                    return Ok((answer, attempts));
                }
                Ok(Err(failure)) => failure,
                Err(_) => {
                    Failure::new(ErrorKind::Timeout, format!("gave up at {} s", config.request_timeout.as_secs_f32()))
                }
            };
            let proven = self.inner.proven.load(Ordering::Relaxed);
            if attempts > config.retry.max_retries || !failure.is_transient(proven) {
                return Err(EndpointError::new(failure, url, attempts, proven, config.api_key.as_ref()));
            }
            tokio::time::sleep(config.retry.pause(attempts, failure.retry_after, fastrand::f64())).await;
        }
    }

    /// One try.
    async fn ask(&self, request: RequestBuilder) -> Result<(Reply, Latency), Failure> {
        let start = Instant::now();
        let response = send(request).await?;
        let mut body = Body::new(response);
        let mut decoder = Decoder::default();
        let mut first_token = None;
        while !decoder.is_done() {
            let idle = self.idle_deadline(&decoder);
            match body.next(idle).await {
                Ok(Some(bytes)) => decoder.push(&bytes)?,
                Ok(None) => break,
                // Only the usage can be missing.
                Err(_) if decoder.is_whole() => {
                    return decoder.finish_early().map(|reply| (reply, latency(start, first_token)));
                }
                Err(failure) => return Err(failure),
            }
            if first_token.is_none() && decoder.has_begun() {
                first_token = Some(start.elapsed());
            }
        }
        let latency = latency(start, first_token);
        if decoder.is_done() {
            let _ = body.next(Some(DRAIN)).await;
        }
        decoder.finish().map(|reply| (reply, latency))
    }

    /// How long the answer may pause now. Before its first token only the deadline of the whole try holds.
    fn idle_deadline(&self, decoder: &Decoder) -> Option<Duration> {
        let idle = self.inner.config.idle_timeout;
        if decoder.is_whole() { Some(idle.min(USAGE)) } else { decoder.has_begun().then_some(idle) }
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint").field("config", &self.inner.config).finish_non_exhaustive()
    }
}

fn latency(start: Instant, first_token: Option<Duration>) -> Latency {
    Latency { first_token, total: start.elapsed() }
}

/// Sends a request and gives its response if that may hold an answer.
async fn send(request: RequestBuilder) -> Result<Response, Failure> {
    let response = request.send().await.map_err(|e| transport::failure(&e))?;
    let status = response.status();
    if !status.is_success() {
        return Err(refusal(response).await);
    }
    let content_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if is_foreign(content_type) {
        let content_type = content_type.to_owned();
        let page = Body::new(response).beginning().await;
        let said = format!("{content_type}: {}", String::from_utf8_lossy(&page));
        return Err(Failure::new(ErrorKind::NotAnApi, said));
    }
    Ok(response)
}

/// The failure that an unsuccessful response tells of.
async fn refusal(response: Response) -> Failure {
    let status = response.status().as_u16();
    let headers = response.headers();
    let retry_after = retry::retry_after(headers, SystemTime::now());
    let should_retry = retry::should_retry(headers);
    let location = headers.get(LOCATION).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let body = Body::new(response).beginning().await;
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

fn completion(reply: Reply, latency: Latency, attempts: u32, api: Api, stop: &[String]) -> Completion {
    let opened_by_prompt = api == Api::Chat && reply.reasoning.is_empty();
    let split = reasoning::split(&reply.text, opened_by_prompt);
    let thoughts: Vec<&str> =
        [reply.reasoning.as_str()].into_iter().filter(|r| !r.is_empty()).chain(split.thoughts).collect();
    let (text, was_cut) = cut_at_stop(split.text, stop);
    Completion {
        text: text.to_owned(),
        reasoning: (!thoughts.is_empty()).then(|| thoughts.join("\n")),
        finish: if was_cut { Finish::Stop } else { reply.finish },
        usage: reply.usage,
        latency,
        attempts,
    }
}

/// One try to list the models.
async fn list(request: RequestBuilder) -> Result<Vec<Model>, Failure> {
    let response = send(request).await?;
    models(&parse(&Body::new(response).rest().await?)?)
}

fn models(listing: &Value) -> Result<Vec<Model>, Failure> {
    if let Some(failure) = Failure::from_error_object(listing) {
        return Err(failure);
    }
    match listing.get("data") {
        Some(Value::Array(models)) => Ok(models.iter().filter_map(model).collect()),
        // A server without any model.
        Some(Value::Null) => Ok(Vec::new()),
        _ => Err(Failure::new(ErrorKind::Malformed, "no list of models in `data`")),
    }
}

fn model(listed: &Value) -> Option<Model> {
    let context = ["max_model_len", "context_length", "max_context_length"];
    Some(Model {
        id: listed.get("id")?.as_str()?.to_owned(),
        owned_by: listed.get("owned_by").and_then(Value::as_str).map(str::to_owned),
        context_length: context.iter().find_map(|key| listed.get(*key).and_then(Value::as_u64)),
    })
}
