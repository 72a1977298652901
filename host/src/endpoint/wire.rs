use assay_api::{Prompt, Request};
use serde_json::{Map, Value, json};

use super::infill::Infill;
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
    /// How much a reasoning model is to think, in the server's words: usually `low`, `medium` or `high`.
    pub reasoning_effort: Option<String>,
    /// Ask for the tokens' log-probabilities, with this many alternatives to each.
    pub logprobs: Option<u32>,
    /// How prompts with a gap are sent.
    pub infill: Infill,
    /// Further fields of the request's body. They stand above all others; one that is null leaves the field out.
    pub extra: Map<String, Value>,
    /// What the chat API calls the bound on new tokens; by default what the provider calls it, or what the server insists
    /// on.
    pub token_limit: Option<TokenLimitField>,
}

impl Sampling {
    /// The stop strings that hold for `request`; empty ones would stop everything and do not count.
    pub(super) fn stop_strings(&self, request: &Request) -> Vec<String> {
        let stop = self.stop.as_ref().unwrap_or(&request.stop);
        let of_infill = if matches!(request.prompt, Prompt::Infill { .. }) { self.infill.stop() } else { &[] };
        stop.iter().chain(of_infill).filter(|s| !s.is_empty()).cloned().collect()
    }

    /// The bound on new tokens for `request`, where there is one.
    pub(super) fn token_bound(&self, request: &Request) -> Option<u32> {
        let text = (Api::of(&request.prompt) == Api::Completions).then_some(TEXT_MAX_TOKENS);
        self.max_tokens.or(request.max_tokens).or(text)
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

/// What a server turned out not to take, against what its provider's API says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Dialect {
    /// What it calls the bound on new tokens.
    pub(super) token_limit: Option<TokenLimitField>,
    /// It refuses `stream_options`.
    pub(super) no_stream_options: bool,
}

impl Dialect {
    /// Learns from the words with which a server refused a request as it was. Gives whether another try makes sense.
    pub(super) fn learn(&mut self, said: &str) -> bool {
        let before = *self;
        let refuses = |field: &str| {
            let quoted = [format!("'{field}'"), format!("\"{field}\""), format!("`{field}`")];
            let unknown = ["nsupported", "not supported", "nrecognized", "nknown", "not permitted", "not allowed"];
            let names = quoted.iter().any(|name| said.contains(name.as_str())) || said.contains(&format!("{field}:"));
            names && unknown.iter().any(|word| said.contains(word))
        };
        if said.contains("max_completion_tokens' instead") || refuses("max_tokens") {
            self.token_limit = Some(TokenLimitField::MaxCompletionTokens);
        } else if refuses("max_completion_tokens") {
            self.token_limit = Some(TokenLimitField::MaxTokens);
        } else if refuses("stream_options") || (said.contains("stream_options") && refuses("include_usage")) {
            self.no_stream_options = true;
        }
        *self != before
    }
}

/// One request, before it is JSON.
#[derive(Clone, Copy)]
pub(super) struct Asking<'a> {
    pub(super) model: &'a str,
    pub(super) provider: Provider,
    pub(super) request: &'a Request,
    pub(super) sampling: &'a Sampling,
    /// Sent as far as the provider takes it; the caller cuts at all of it.
    pub(super) stop: &'a [String],
    pub(super) seed: Option<u64>,
    /// How many completions, at least 1.
    pub(super) n: u32,
    pub(super) stream: bool,
}

impl Asking<'_> {
    /// The body of the request.
    pub(super) fn body(&self, dialect: Dialect) -> Value {
        let mut body = Map::new();
        body.insert("model".into(), json!(self.model));
        self.put_prompt(&mut body);
        let api = Api::of(&self.request.prompt);
        let quirks = self.provider.quirks();
        let limit_field = match (api, self.sampling.token_limit.or(dialect.token_limit).unwrap_or(quirks.token_limit)) {
            (Api::Chat, TokenLimitField::MaxCompletionTokens) => "max_completion_tokens",
            _ => "max_tokens",
        };
        let sent_stop = &self.stop[..self.stop.len().min(quirks.max_stop.unwrap_or(usize::MAX))];
        let sampling = self.sampling;
        let optional = [
            ("n", (self.n > 1).then(|| json!(self.n))),
            (limit_field, sampling.token_bound(self.request).map(|n| json!(n))),
            ("temperature", sampling.temperature.map(|t| json!(t))),
            ("top_p", sampling.top_p.map(|p| json!(p))),
            ("stop", (!sent_stop.is_empty()).then(|| json!(sent_stop))),
            ("seed", self.seed.map(|seed| json!(wire_seed(seed)))),
            ("reasoning_effort", sampling.reasoning_effort.as_ref().map(|effort| json!(effort))),
            ("logprobs", sampling.logprobs.map(|top| if api == Api::Chat { json!(true) } else { json!(top) })),
            ("top_logprobs", sampling.logprobs.filter(|top| api == Api::Chat && *top > 0).map(|top| json!(top))),
            ("stream_options", (self.stream && !dialect.no_stream_options).then(|| json!({"include_usage": true}))),
        ];
        for (field, value) in optional {
            if let Some(value) = value {
                body.insert(field.into(), value);
            }
        }
        body.insert("stream".into(), json!(self.stream));
        for (field, value) in &sampling.extra {
            if value.is_null() {
                body.remove(field);
            } else {
                body.insert(field.clone(), value.clone());
            }
        }
        Value::Object(body)
    }

    fn put_prompt(&self, body: &mut Map<String, Value>) {
        match &self.request.prompt {
            Prompt::Chat { messages } => {
                body.insert("messages".into(), json!(messages));
            }
            Prompt::Text { text } => {
                body.insert("prompt".into(), json!(text));
            }
            Prompt::Infill { prefix, suffix } => match self.sampling.infill.text(prefix, suffix) {
                Some(text) => {
                    body.insert("prompt".into(), json!(text));
                }
                None => {
                    body.insert("prompt".into(), json!(prefix));
                    body.insert("suffix".into(), json!(suffix));
                }
            },
        }
    }
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
    use serde_json::{Value, json};

    use super::{Asking, Dialect, Sampling, TokenLimitField, wire_seed};
    use crate::endpoint::{Infill, Provider};

    fn request(prompt: Prompt, stop: usize) -> Request {
        Request { prompt, stop: (0..stop).map(|i| format!("stop{i}")).collect(), max_tokens: None }
    }

    fn chat() -> Prompt {
        Prompt::Chat { messages: vec![Message { role: Role::User, content: "hi".into() }] }
    }

    fn body(provider: Provider, request: &Request, sampling: &Sampling, seed: Option<u64>, stream: bool) -> Value {
        let stop = sampling.stop_strings(request);
        let asking = Asking { model: "m", provider, request, sampling, stop: &stop, seed, n: 1, stream };
        asking.body(Dialect::default())
    }

    #[test]
    fn a_chat_request_carries_what_was_asked_for_and_nothing_else() {
        let sampling = Sampling { temperature: Some(0.8), max_tokens: Some(7), ..Sampling::default() };
        assert_eq!(
            body(Provider::Vllm, &request(chat(), 0), &sampling, Some(3), true),
            json!({"model": "m", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 7, "temperature": 0.8,
                   "seed": 3, "stream_options": {"include_usage": true}, "stream": true})
        );
        assert_eq!(
            body(Provider::OpenAi, &request(chat(), 0), &sampling, None, false),
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
            body(Provider::Other, &infill, &sampling, None, false),
            json!({"model": "m", "prompt": "a", "suffix": "b", "max_tokens": 1024, "top_p": 0.95, "stream": false})
        );
        let text = Request { max_tokens: Some(768), ..request(Prompt::Text { text: "a".into() }, 0) };
        assert_eq!(body(Provider::Other, &text, &sampling, None, false)["max_tokens"], 768);
    }

    #[test]
    fn a_provider_gets_no_more_stop_strings_than_it_takes() {
        let request = request(chat(), 8);
        for (provider, sent) in [(Provider::Ollama, 8), (Provider::OpenAi, 4), (Provider::Other, 4)] {
            let body = body(provider, &request, &Sampling::default(), None, true);
            assert_eq!(body["stop"].as_array().map(Vec::len), Some(sent));
        }
        let none = Sampling { stop: Some(vec![String::new()]), ..Sampling::default() };
        assert!(none.stop_strings(&request).is_empty());
    }

    #[test]
    fn everything_that_was_chosen_is_in_the_body_and_extra_fields_have_the_last_word() {
        let extra = json!({"top_k": 40, "temperature": null, "top_p": 0.5});
        let sampling = Sampling {
            temperature: Some(0.0),
            top_p: Some(0.9),
            reasoning_effort: Some("low".into()),
            logprobs: Some(2),
            extra: extra.as_object().unwrap().clone(),
            ..Sampling::default()
        };
        assert_eq!(
            body(Provider::Other, &request(chat(), 0), &sampling, None, false),
            json!({"model": "m", "messages": [{"role": "user", "content": "hi"}], "top_p": 0.5, "top_k": 40,
                   "reasoning_effort": "low", "logprobs": true, "top_logprobs": 2, "stream": false})
        );
        let text = body(Provider::Other, &request(Prompt::Text { text: "a".into() }, 0), &sampling, None, false);
        assert_eq!((&text["logprobs"], text.get("top_logprobs")), (&json!(2), None));
    }

    #[test]
    fn a_gap_is_sent_by_the_familys_template_with_its_marks_as_stop_strings() {
        let infill = Infill::named("codellama").unwrap();
        let sampling = Sampling { infill, ..Sampling::default() };
        let request = request(Prompt::Infill { prefix: "a".into(), suffix: "b".into() }, 1);
        let body = body(Provider::Vllm, &request, &sampling, None, false);
        assert_eq!((&body["prompt"], body.get("suffix")), (&json!("<PRE> a <SUF>b <MID>"), None));
        assert_eq!(body["stop"], json!(["stop0", "<PRE>", "<SUF>", "<MID>", "<EOT>"]));
    }

    #[test]
    fn a_server_is_taken_at_its_word_about_fields_that_it_refuses() {
        use TokenLimitField::{MaxCompletionTokens, MaxTokens};
        for (said, expected) in [
            (
                "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
                Dialect { token_limit: Some(MaxCompletionTokens), ..Dialect::default() },
            ),
            (
                "Unrecognized request argument supplied: `max_completion_tokens`",
                Dialect { token_limit: Some(MaxTokens), ..Dialect::default() },
            ),
            (
                "stream_options: Extra inputs are not permitted",
                Dialect { no_stream_options: true, ..Dialect::default() },
            ),
            ("max_tokens is too large: 100000", Dialect::default()),
            ("'temperature' does not support 0 with this model", Dialect::default()),
        ] {
            let mut dialect = Dialect::default();
            assert_eq!(dialect.learn(said), expected != Dialect::default(), "{said}");
            assert_eq!(dialect, expected, "{said}");
            assert!(!dialect.learn(said), "it is learned once");
        }
    }

    proptest! {
        #[test]
        fn a_seed_always_fits_31_bits(seed in any::<u64>(), small in 0_u64..0x8000_0000) {
            prop_assert!(wire_seed(seed) <= 0x7fff_ffff);
            prop_assert_eq!(wire_seed(small), small);
        }
    }
}
