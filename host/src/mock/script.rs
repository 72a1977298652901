use std::time::Duration;

use assay_api::Prompt;
use serde_json::Value;

use super::fault::{Fault, Quirk};
use crate::endpoint::{Finish, Secret};

/// Decides what the mock server answers. Any `Fn(&Call) -> Answer` is one.
pub trait Script: Send + Sync + 'static {
    /// The answer to a call. Called on the server's own thread, one call at a time.
    fn answer(&self, call: &Call) -> Answer;

    /// The models in the server's list.
    fn models(&self) -> Vec<String> {
        vec!["mock".to_owned()]
    }
}

impl<F: Fn(&Call) -> Answer + Send + Sync + 'static> Script for F {
    fn answer(&self, call: &Call) -> Answer {
        self(call)
    }
}

/// A request for a completion.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The model that was asked.
    pub model: String,
    /// What it was asked.
    pub prompt: Prompt,
    /// How many times this model was asked this before, retries included.
    pub nth: u32,
    /// The seed, where the request has one.
    pub seed: Option<u64>,
    /// The bearer token, where the request has one.
    pub api_key: Option<Secret>,
    /// The whole body.
    pub body: Value,
}

impl Call {
    /// The text of the prompt: the last message, the text, or what stands before the gap.
    #[must_use]
    pub fn prompt_text(&self) -> &str {
        match &self.prompt {
            Prompt::Chat { messages } => messages.last().map_or("", |message| &message.content),
            Prompt::Text { text } => text,
            Prompt::Infill { prefix, .. } => prefix,
        }
    }
}

/// What the server answers. It neither cuts the text at stop strings nor bounds it: the script decides.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The text.
    pub text: String,
    /// The texts of further choices, for requests with an `n` above 1. Without them the server ignores `n`.
    pub choices: Vec<String>,
    /// Reasoning that is reported apart from the text.
    pub reasoning: Option<String>,
    /// Why the model stopped.
    pub finish: Finish,
    /// The prompt's tokens in the usage, in place of an estimate.
    pub prompt_tokens: Option<u64>,
    /// The pause before each piece of a stream. Zero by default.
    pub token_delay: Duration,
    /// What goes wrong.
    pub fault: Option<Fault>,
    /// What is unusual.
    pub quirks: Vec<Quirk>,
}

impl Answer {
    /// A proper answer.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Answer {
            text: text.into(),
            choices: Vec::new(),
            reasoning: None,
            finish: Finish::Stop,
            prompt_tokens: None,
            token_delay: Duration::ZERO,
            fault: None,
            quirks: Vec::new(),
        }
    }

    /// The same answer, going wrong.
    #[must_use]
    pub fn with_fault(self, fault: Fault) -> Self {
        Answer { fault: Some(fault), ..self }
    }

    /// The same answer, in an unusual form.
    #[must_use]
    pub fn with_quirks(self, quirks: impl Into<Vec<Quirk>>) -> Self {
        Answer { quirks: quirks.into(), ..self }
    }

    /// The same answer with another finish reason.
    #[must_use]
    pub fn with_finish(self, finish: Finish) -> Self {
        Answer { finish, ..self }
    }
}
