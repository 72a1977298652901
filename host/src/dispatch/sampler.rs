use std::pin::pin;
use std::sync::mpsc::Sender;
use std::thread::{self, JoinHandle};
use std::time::Duration;
use std::{io, mem};

use assay_api::{CompletionKind, PromptStyle, Request};
use futures_util::future::{Either, select};
use futures_util::stream::{self, StreamExt};
use tokio::sync::oneshot;

use super::Answer;
use super::event::Event;
use crate::endpoint::{Completion, Endpoint, EndpointError, Sampling};
use crate::seed::{Use, derive};
use crate::store::{RequestFailure, SampleKey, StoredCompletion, TokenCounts};

/// A sample to ask the model for.
#[derive(Debug, Clone, PartialEq)]
pub struct Want {
    /// Which sample.
    pub key: SampleKey,
    /// What to ask.
    pub request: Request,
}

/// How a model is asked.
#[derive(Debug, Clone)]
pub struct Sampler {
    /// The model.
    pub endpoint: Endpoint,
    /// How it samples.
    pub sampling: Sampling,
    /// How it is prompted.
    pub style: PromptStyle,
    /// How many requests are under way at once; at least 1.
    pub concurrency: usize,
    /// The run's seed.
    pub seed: u64,
}

/// A sampler at work on its own thread. Stops, requests included, when dropped.
pub(super) struct Asking {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Asking {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join(); // a panic has been printed; what it did not send is asked for next time
        }
    }
}

impl Sampler {
    /// Asks for `wants`, in their order, and sends what comes to `events`.
    pub(super) fn ask(self, wants: Vec<Want>, events: Sender<Event>) -> io::Result<Asking> {
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let thread = thread::Builder::new().name("sampler".to_owned()).spawn(move || {
            runtime.block_on(self.work(wants, &events, stopped));
            // The loop may have ended first.
            let _ = events.send(Event::AllAsked);
            runtime.shutdown_timeout(Duration::ZERO);
        })?;
        Ok(Asking { stop: Some(stop), thread: Some(thread) })
    }

    async fn work(&self, wants: Vec<Want>, events: &Sender<Event>, mut stopped: oneshot::Receiver<()>) {
        let answers = stream::iter(wants).map(|want| self.one(want)).buffer_unordered(self.concurrency.max(1));
        let mut answers = pin!(answers);
        loop {
            let event = match select(answers.next(), &mut stopped).await {
                Either::Left((Some(event), _)) => event,
                Either::Left((None, _)) | Either::Right(_) => return,
            };
            let last = matches!(event, Event::EndpointDown(_));
            if events.send(event).is_err() || last {
                return;
            }
        }
    }

    async fn one(&self, want: Want) -> Event {
        let seed = derive(self.seed, Use::Request, &want.key);
        match self.endpoint.complete(&want.request, &self.sampling, Some(seed)).await {
            Ok(completion) => Event::Answered(Box::new(self.answer(want, completion))),
            Err(error) if error.is_fatal() => Event::EndpointDown(Box::new(error)),
            Err(error) => Event::Unanswered { key: want.key, failure: request_failure(&error) },
        }
    }

    fn answer(&self, want: Want, mut completion: Completion) -> Answer {
        let kind = match self.style {
            PromptStyle::Chat => CompletionKind::Reply,
            PromptStyle::Completion => CompletionKind::Continuation,
        };
        let text = mem::take(&mut completion.text);
        let stored = StoredCompletion {
            turn: 0,
            request: Some(want.request),
            completion: assay_api::Completion { text, kind },
            reasoning: completion.reasoning,
            finish: Some(completion.finish.name().to_owned()),
            tokens: TokenCounts {
                prompt: completion.usage.map(|usage| usage.prompt_tokens),
                completion: completion.usage.map(|usage| usage.completion_tokens),
            },
            first_token_ms: completion.latency.first_token.map(millis),
            total_ms: Some(millis(completion.latency.total)),
            attempts: completion.attempts,
        };
        Answer { key: want.key, completion: stored, recorded: false }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn request_failure(error: &EndpointError) -> RequestFailure {
    RequestFailure { attempts: error.attempts, message: error.to_string() }
}
