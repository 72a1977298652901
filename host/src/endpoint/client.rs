use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use assay_api::Request;
use reqwest::Client;
use serde_json::Value;

use super::attempt::{Answer, Attempt};
use super::completion::{Completion, Finish, cut_at_stop};
use super::config::{EndpointConfig, normalised};
use super::error::{EndpointError, ErrorKind};
use super::failure::Failure;
use super::listing::{self, Model};
use super::overflow::{estimated_tokens, silent_cut};
use super::pace::{Answered, Throttle};
use super::response::Choice;
use super::wire::{Api, Asking, Dialect, Sampling};
use super::{reasoning, transport};

/// A key shorter than this is a placeholder, such as `none` or `ollama`: it may well be a word of an answer.
const SHORTEST_KEY: usize = 16;

/// A model on a server. Clones share connections, pace and what was learned of the server.
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
    /// Whether the server turned out not to give several completions to one request.
    one_by_one: AtomicBool,
    dialect: Mutex<Dialect>,
    throttle: Throttle,
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
        let inner = Inner {
            throttle: Throttle::new(&config.pace),
            config,
            base: base.into(),
            http,
            proven: AtomicBool::new(false),
            one_by_one: AtomicBool::new(false),
            dialect: Mutex::default(),
        };
        Ok(Endpoint { inner: Arc::new(inner) })
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
        let mut completions = self.ask(request, sampling, seed, 1).await?;
        Ok(completions.swap_remove(0))
    }

    /// Asks for `n` completions in one request. Gives at least one and at most `n`.
    ///
    /// A server that gives fewer, or the same one `n` times although the temperature is not 0, does not sample
    /// several: then there is one, and no later request of this endpoint asks for more. The tokens of the whole request are
    /// counted with its first completion.
    ///
    /// # Errors
    /// As [`Endpoint::complete`].
    pub async fn complete_several(
        &self,
        request: &Request,
        sampling: &Sampling,
        seed: Option<u64>,
        n: u32,
    ) -> Result<Vec<Completion>, EndpointError> {
        let one_by_one = &self.inner.one_by_one;
        if n <= 1 || one_by_one.load(Ordering::Relaxed) {
            return Ok(vec![self.complete(request, sampling, seed).await?]);
        }
        let mut completions = match self.ask(request, sampling, seed, n).await {
            Err(error) if error.kind == ErrorKind::BadRequest => {
                let alone = self.complete(request, sampling, seed).await?;
                one_by_one.store(true, Ordering::Relaxed);
                return Ok(vec![alone]);
            }
            answer => answer?,
        };
        let all_the_same = completions.windows(2).all(|two| two[0].text == two[1].text);
        if completions.len() < n as usize || (all_the_same && sampling.temperature != Some(0.0)) {
            one_by_one.store(true, Ordering::Relaxed);
            completions.truncate(1);
        }
        Ok(completions)
    }

    /// The models that the server offers, in its order.
    ///
    /// # Errors
    /// When the server does not answer with a list of models after all tries.
    pub async fn models(&self) -> Result<Vec<Model>, EndpointError> {
        let url = format!("{}/models", self.inner.base);
        let config = &self.inner.config;
        let attempt = Attempt::new(config, &url);
        let attempt = || attempt.timed(listing::list(self.inner.http.get(&url)));
        let (models, _) = self.with_retries(&url, attempt).await?;
        Ok(models)
    }

    async fn ask(
        &self,
        request: &Request,
        sampling: &Sampling,
        seed: Option<u64>,
        n: u32,
    ) -> Result<Vec<Completion>, EndpointError> {
        let config = &self.inner.config;
        let stop = sampling.stop_strings(request);
        let (model, provider, stream) = (config.model.as_str(), config.provider, config.stream);
        let asking = Asking { model, provider, request, sampling, stop: &stop, seed, n, stream };
        let url = format!("{}{}", self.inner.base, Api::of(&request.prompt).path());
        let was_empty = AtomicBool::new(false);
        let attempt = || async {
            // Some servers answer with an empty stream where a document would tell what is wrong.
            let stream = stream && !was_empty.load(Ordering::Relaxed);
            let result = self.one_try(&url, &Asking { stream, ..asking }).await;
            was_empty.store(matches!(&result, Err(failure) if failure.kind == ErrorKind::Empty), Ordering::Relaxed);
            result
        };
        let (answer, attempts) = self.with_retries(&url, attempt).await?;
        Ok(self.completions(answer, attempts, &asking))
    }

    /// One try, and another at once if the server refuses a field that it can do without.
    async fn one_try(&self, url: &str, asking: &Asking<'_>) -> Result<Answer, Failure> {
        let dialect = self.dialect();
        let result = self.send(url, asking, dialect).await;
        let Err(Failure { kind: ErrorKind::BadRequest, said, .. }) = &result else { return result };
        let mut learned = dialect;
        if !learned.learn(said) {
            return result;
        }
        *self.inner.dialect.lock().unwrap_or_else(PoisonError::into_inner) = learned;
        self.send(url, asking, learned).await
    }

    fn dialect(&self) -> Dialect {
        *self.inner.dialect.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends one request once there is room for it.
    async fn send(&self, url: &str, asking: &Asking<'_>, dialect: Dialect) -> Result<Answer, Failure> {
        let inner = &self.inner;
        let body = asking.body(dialect);
        let (path, attempt) = (Api::of(&asking.request.prompt).path(), Attempt::new(&inner.config, url));
        if inner.config.replays() {
            return self.unless_cut(attempt.replay(path, &body, asking.n as usize).await, asking);
        }
        let prompt_tokens = estimated_tokens(&asking.request.prompt);
        let permit = inner.throttle.enter(prompt_tokens, asking.sampling.token_bound(asking.request)).await;
        let result = attempt.send(&inner.http, path, &body, asking.n as usize).await;
        permit.end(match &result {
            Ok(answer) => answered(answer, prompt_tokens),
            Err(failure) if failure.kind.is_overload() => {
                let longest = inner.config.retry.max_retry_after;
                Answered::Overloaded { pause: failure.retry_after.map(|pause| pause.min(longest)) }
            }
            Err(_) => Answered::Otherwise,
        });
        self.unless_cut(result, asking)
    }

    /// The answer, unless the server cut the prompt to its context without a word.
    fn unless_cut(&self, answer: Result<Answer, Failure>, asking: &Asking<'_>) -> Result<Answer, Failure> {
        let answer = answer?;
        match silent_cut(asking.provider, &asking.request.prompt, answer.reply.usage) {
            Some(why) => Err(Failure::new(ErrorKind::ContextOverflow, why)),
            None => Ok(answer),
        }
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
            let failure = match attempt().await {
                Ok(answer) => {
                    self.inner.proven.store(true, Ordering::Relaxed);
                    return Ok((answer, attempts));
                }
                Err(failure) => failure,
            };
            let proven = self.inner.proven.load(Ordering::Relaxed);
            if attempts > config.retry.max_retries || !failure.is_transient(proven) {
                return Err(EndpointError::new(failure, url, attempts, proven, config.api_key.as_ref()));
            }
            let pause = config.retry.pause(attempts, failure.retry_after, fastrand::f64());
            tokio::time::sleep(if config.replays() { Duration::ZERO } else { pause }).await;
        }
    }

    fn completions(&self, answer: Answer, attempts: u32, asking: &Asking<'_>) -> Vec<Completion> {
        let key = self.inner.config.api_key.as_ref().filter(|key| key.expose().len() >= SHORTEST_KEY);
        let clean = |text: &str| key.map_or_else(|| text.to_owned(), |key| key.redact(text));
        let mut usage = answer.reply.usage;
        let one = |choice: Choice| {
            let opened_by_prompt = Api::of(&asking.request.prompt) == Api::Chat && choice.reasoning.is_empty();
            let split = reasoning::split(&choice.text, opened_by_prompt);
            let thoughts: Vec<&str> =
                [choice.reasoning.as_str()].into_iter().filter(|r| !r.is_empty()).chain(split.thoughts).collect();
            let (text, was_cut) = cut_at_stop(split.text, asking.stop);
            Completion {
                text: clean(text),
                reasoning: (!thoughts.is_empty()).then(|| clean(&thoughts.join("\n"))),
                finish: if was_cut { Finish::Stop } else { Finish::from(clean(choice.finish.name())) },
                usage: usage.take(),
                latency: answer.latency,
                attempts,
                logprobs: (!choice.logprobs.is_empty()).then(|| clean(&Value::from(choice.logprobs).to_string())),
            }
        };
        answer.reply.choices.into_iter().map(one).collect()
    }
}

fn answered(answer: &Answer, estimated_prompt: u64) -> Answered {
    let written: usize = answer.reply.choices.iter().map(|choice| choice.text.len() + choice.reasoning.len()).sum();
    let usage = answer.reply.usage;
    Answered::Well {
        prompt_tokens: usage.map_or(estimated_prompt, |usage| usage.prompt_tokens),
        completion_tokens: usage.map_or(written as u64 / 4 + 1, |usage| usage.completion_tokens),
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint").field("config", &self.inner.config).finish_non_exhaustive()
    }
}
