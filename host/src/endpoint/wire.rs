use assay_api::{Prompt, Request};
use serde_json::{Map, Value, json};

use super::provider::Provider;

/// The bound on new tokens of a text completion when nobody gave one: the API's own default is 16.
const TEXT_MAX_TOKENS: u32 = 1024;

/// What the chat API calls the bound on new tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenLimitField {
    /// `max_tokens`, which nearly every server understands.
    MaxTokens,
    /// `max_completion_tokens`, which OpenAI's reasoning models insist on.
    MaxCompletionTokens,
}

/// How to sample. What is `None` is left to the request, then to the server.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sampling {
    /// From 0 (greedy).
    pub temperature: Option<f64>,
    /// The probability mass to sample from, above 0 and up to 1.
    pub top_p: Option<f64>,
    /// The bound on new tokens; overrides the request's. Text completions without either get 1,024.
    pub max_tokens: Option<u32>,
    /// Stop strings instead of the request's.
    pub stop: Option<Vec<String>>,
    /// What the chat API calls the bound on new tokens; by default what the provider calls it.
    pub token_limit: Option<TokenLimitField>,
}

impl Sampling {
    /// The stop strings that hold for `request`; empty ones would stop everything and do not count.
    pub(super) fn stop_strings(&self, request: &Request) -> Vec<String> {
        let stop = self.stop.as_ref().unwrap_or(&request.stop);
        stop.iter().filter(|s| !s.is_empty()).cloned().collect()
    }
}

/// Which of the two completion APIs a prompt goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Api {
    Chat,
    Completions,
}

impl Api {
    pub(super) fn of(prompt: &Prompt) -> Self {
        match prompt {
            Prompt::Chat { .. } => Api::Chat,
            Prompt::Text { .. } | Prompt::Infill { .. } => Api::Completions,
        }
    }

    /// Below the base URL.
    pub(super) fn path(self) -> &'static str {
        match self {
            Api::Chat => "/chat/completions",
            Api::Completions => "/completions",
        }
    }
}

/// The body of a completion request. `stop` is sent as far as the provider takes it; the caller cuts at all of it.
pub(super) fn body(
    model: &str,
    provider: Provider,
    request: &Request,
    sampling: &Sampling,
    stop: &[String],
    seed: Option<u64>,
    stream: bool,
) -> Value {
    let quirks = provider.quirks();
    let api = Api::of(&request.prompt);
    let mut body = Map::new();
    body.insert("model".into(), json!(model));
    match &request.prompt {
        Prompt::Chat { messages } => {
            body.insert("messages".into(), json!(messages));
        }
        Prompt::Text { text } => {
            body.insert("prompt".into(), json!(text));
        }
        Prompt::Infill { prefix, suffix } => {
            body.insert("prompt".into(), json!(prefix));
            body.insert("suffix".into(), json!(suffix));
        }
    }
    let limit = sampling.max_tokens.or(request.max_tokens).or((api == Api::Completions).then_some(TEXT_MAX_TOKENS));
    let limit_field = match (api, sampling.token_limit.unwrap_or(quirks.token_limit)) {
        (Api::Chat, TokenLimitField::MaxCompletionTokens) => "max_completion_tokens",
        _ => "max_tokens",
    };
    let sent_stop = &stop[..stop.len().min(quirks.max_stop.unwrap_or(usize::MAX))];
    let optional = [
        (limit_field, limit.map(|n| json!(n))),
        ("temperature", sampling.temperature.map(|t| json!(t))),
        ("top_p", sampling.top_p.map(|p| json!(p))),
        ("stop", (!sent_stop.is_empty()).then(|| json!(sent_stop))),
        ("seed", seed.map(|seed| json!(wire_seed(seed)))),
        ("stream_options", stream.then(|| json!({"include_usage": true}))),
    ];
    for (field, value) in optional {
        if let Some(value) = value {
            body.insert(field.into(), value);
        }
    }
    body.insert("stream".into(), json!(stream));
    Value::Object(body)
}

/// What a server sees of a seed: 31 bits. llama.cpp takes 32 and reads the largest as "random", others take signed 32
/// or 64.
#[must_use]
pub fn wire_seed(seed: u64) -> u64 {
    (seed ^ (seed >> 31) ^ (seed >> 62)) & 0x7fff_ffff
}

#[cfg(test)]
mod tests {
    use assay_api::{Message, Prompt, Request, Role};
    use proptest::prelude::*;
    use serde_json::json;

    use super::{Sampling, TokenLimitField, body, wire_seed};
    use crate::endpoint::Provider;

    fn request(prompt: Prompt, stop: usize) -> Request {
        Request { prompt, stop: (0..stop).map(|i| format!("stop{i}")).collect(), max_tokens: None }
    }

    fn chat() -> Prompt {
        Prompt::Chat { messages: vec![Message { role: Role::User, content: "hi".into() }] }
    }

    #[test]
    fn a_chat_request_carries_what_was_asked_for_and_nothing_else() {
        let sampling = Sampling { temperature: Some(0.8), max_tokens: Some(7), ..Sampling::default() };
        assert_eq!(
            body("m", Provider::Vllm, &request(chat(), 0), &sampling, &[], Some(3), true),
            json!({"model": "m", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 7, "temperature": 0.8,
                   "seed": 3, "stream_options": {"include_usage": true}, "stream": true})
        );
        assert_eq!(
            body("m", Provider::OpenAi, &request(chat(), 0), &sampling, &[], None, false),
            json!({"model": "m", "messages": [{"role": "user", "content": "hi"}], "max_completion_tokens": 7,
                   "temperature": 0.8, "stream": false})
        );
    }

    #[test]
    fn a_text_request_is_always_bounded_and_an_infill_request_has_its_suffix() {
        let sampling = Sampling {
            token_limit: Some(TokenLimitField::MaxCompletionTokens),
            top_p: Some(0.95),
            ..Sampling::default()
        };
        let infill = request(Prompt::Infill { prefix: "a".into(), suffix: "b".into() }, 0);
        assert_eq!(
            body("m", Provider::Other, &infill, &sampling, &[], None, false),
            json!({"model": "m", "prompt": "a", "suffix": "b", "max_tokens": 1024, "top_p": 0.95, "stream": false})
        );
        let text = Request { max_tokens: Some(768), ..request(Prompt::Text { text: "a".into() }, 0) };
        assert_eq!(body("m", Provider::Other, &text, &sampling, &[], None, false)["max_tokens"], 768);
    }

    #[test]
    fn a_provider_gets_no_more_stop_strings_than_it_takes() {
        let request = request(chat(), 8);
        let stop = Sampling::default().stop_strings(&request);
        for (provider, sent) in [(Provider::Ollama, 8), (Provider::OpenAi, 4), (Provider::Other, 4)] {
            let body = body("m", provider, &request, &Sampling::default(), &stop, None, true);
            assert_eq!(body["stop"].as_array().map(Vec::len), Some(sent));
        }
        let none = Sampling { stop: Some(vec![String::new()]), ..Sampling::default() };
        assert!(none.stop_strings(&request).is_empty());
    }

    proptest! {
        #[test]
        fn a_seed_always_fits_31_bits(seed in any::<u64>(), small in 0_u64..0x8000_0000) {
            prop_assert!(wire_seed(seed) <= 0x7fff_ffff);
            prop_assert_eq!(wire_seed(small), small);
        }
    }
}
