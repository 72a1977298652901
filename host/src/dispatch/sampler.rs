use std::collections::{HashMap, VecDeque};
use std::ops::ControlFlow;
use std::pin::pin;
use std::sync::mpsc::Sender;
use std::thread::{self, JoinHandle};
use std::time::Duration;
use std::{io, mem};

use assay_api::{CompletionKind, Prompt, Request};
use futures_util::future::{Either, select};
use futures_util::stream::{self, PollNext, StreamExt};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

use super::Answer;
use super::event::Event;
use crate::endpoint::{Completion, Endpoint, EndpointError, ErrorKind, Sampling};
use crate::seed::{Use, derive};
use crate::store::{RequestFailure, SampleKey, StoredCompletion, TokenCounts};

/// A sample to ask the model for.
#[derive(Debug, Clone, PartialEq)]
pub struct Want {
    /// Which sample.
    pub key: SampleKey,
    /// The turn of its dialogue, from 0.
    pub turn: u32,
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
    /// How many requests wait to be sent or answered at once; at least 1. How many are sent at once is the endpoint's to
    /// decide.
    pub concurrency: usize,
    /// Whether to ask for all samples of a task in one request, as far as they are asked the same.
    pub native_n: bool,
    /// The run's seed.
    pub seed: u64,
}

/// A sampler at work on its own thread. Stops, requests included, when dropped.
pub(super) struct Asking {
    further: UnboundedSender<Want>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Asking {
    /// Asks for something besides, before what is not under way yet: a dialogue's next turn finds the server knowing the
    /// turns before, and is soon over.
    pub(super) fn further(&self, want: Want) {
        let _ = self.further.send(want); // it may have stopped: then it has said so
    }
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
    /// Asks for `wants`, in their order, and sends what comes to `events`, until it is dropped.
    pub(super) fn ask(self, wants: Vec<Want>, events: Sender<Event>) -> io::Result<Asking> {
        let (stop, stopped) = oneshot::channel();
        let (further, more) = unbounded_channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let thread = thread::Builder::new().name("sampler".to_owned()).spawn(move || {
            runtime.block_on(self.work(wants, more, &events, stopped));
            // The loop may have ended first.
            let _ = events.send(Event::AllAsked);
            runtime.shutdown_timeout(Duration::ZERO);
        })?;
        Ok(Asking { further, stop: Some(stop), thread: Some(thread) })
    }

    async fn work(
        &self,
        wants: Vec<Want>,
        mut more: UnboundedReceiver<Want>,
        events: &Sender<Event>,
        mut stopped: oneshot::Receiver<()>,
    ) {
        let requests = if self.native_n { by_task(wants) } else { wants.into_iter().map(|want| vec![want]).collect() };
        let further = stream::poll_fn(|context| more.poll_recv(context)).map(|want| vec![want]);
        let requests = stream::select_with_strategy(further, stream::iter(requests), |(): &mut ()| PollNext::Left);
        let answers = requests.map(|wants| self.one(wants, events)).buffer_unordered(self.concurrency.max(1));
        let mut answers = pin!(answers);
        loop {
            match select(answers.next(), &mut stopped).await {
                Either::Left((Some(ControlFlow::Continue(())), _)) => {}
                Either::Left((Some(ControlFlow::Break(())) | None, _)) | Either::Right(_) => return,
            }
        }
    }

    /// Asks for samples of one task in one request, and one by one for those that the server did not give.
    async fn one(&self, wants: Vec<Want>, events: &Sender<Event>) -> ControlFlow<()> {
        let mut wants = VecDeque::from(wants);
        while let Some(want) = wants.front() {
            let seed = derive(self.seed, Use::Request(want.turn), &want.key);
            let n = u32::try_from(wants.len()).unwrap_or(u32::MAX);
            let answer = self.endpoint.complete_several(&want.request, &self.sampling, Some(seed), n).await;
            let found: Vec<Event> = match answer {
                Ok(completions) => {
                    let answered = wants.drain(..completions.len().min(wants.len())).zip(completions);
                    answered.map(|(want, completion)| Event::Answered(Box::new(answer_to(want, completion)))).collect()
                }
                Err(error) if error.is_fatal() => {
                    let _ = events.send(Event::EndpointDown(Box::new(error))); // the loop may have ended first
                    return ControlFlow::Break(());
                }
                Err(error) => {
                    let failure = request_failure(&error);
                    wants.drain(..).map(|want| Event::Unanswered { key: want.key, failure: failure.clone() }).collect()
                }
            };
            if found.into_iter().any(|event| events.send(event).is_err()) {
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }
}

fn answer_to(want: Want, mut completion: Completion) -> Answer {
    let kind = match want.request.prompt {
        Prompt::Chat { .. } => CompletionKind::Reply,
        Prompt::Text { .. } | Prompt::Infill { .. } => CompletionKind::Continuation,
    };
    let text = mem::take(&mut completion.text);
    let stored = StoredCompletion {
        turn: want.turn,
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
        logprobs: completion.logprobs,
    };
    Answer { key: want.key, completion: stored, later: Vec::new(), recorded: false }
}

/// The samples of each task together, tasks in the order of their first samples.
fn by_task(wants: Vec<Want>) -> Vec<Vec<Want>> {
    let mut groups: Vec<Vec<Want>> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for want in wants {
        let place = *places.entry(want.key.task_id.clone()).or_insert(groups.len());
        if place == groups.len() {
            groups.push(Vec::new());
        }
        groups[place].push(want);
    }
    groups
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn request_failure(error: &EndpointError) -> RequestFailure {
    let context_overflow = error.kind == ErrorKind::ContextOverflow;
    RequestFailure { attempts: error.attempts, message: error.to_string(), context_overflow }
}
