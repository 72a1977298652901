use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A whole answer of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// The answer, without reasoning, cut before the request's first stop string.
    pub text: String,
    /// What the model thought before it answered, where it did: reported apart by the server, or split from
    /// the text. Never executed.
    pub reasoning: Option<String>,
    /// Why the model stopped.
    pub finish: Finish,
    /// The server's count of tokens, where it gave one.
    pub usage: Option<Usage>,
    /// How long the successful try took.
    pub latency: Latency,
    /// How many requests it took, from 1.
    pub attempts: u32,
    /// A JSON array of the text's tokens, each with `token` and `logprob` and, where alternatives were asked for,
    /// `top_logprobs`; `None` unless asked for.
    pub logprobs: Option<String>,
}

/// Why a model stopped.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Finish {
    /// It was done, or met a stop string.
    Stop,
    /// It reached the bound on new tokens or the end of its context.
    Length,
    /// The server withheld the rest.
    ContentFilter,
    /// It wants tools to be called.
    ToolCalls,
    /// Another reason, in the server's words.
    Other(String),
}

impl Finish {
    /// The API's word for it, for example `length`.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Finish::Stop => "stop",
            Finish::Length => "length",
            Finish::ContentFilter => "content_filter",
            Finish::ToolCalls => "tool_calls",
            Finish::Other(reason) => reason,
        }
    }
}

impl From<String> for Finish {
    /// From a `finish_reason`, including those of servers that have words of their own.
    fn from(reason: String) -> Self {
        match reason.as_str() {
            "stop" | "eos" | "eos_token" | "stop_sequence" | "end_turn" => Finish::Stop,
            "length" | "max_tokens" => Finish::Length,
            "content_filter" => Finish::ContentFilter,
            "tool_calls" | "function_call" => Finish::ToolCalls,
            _ => Finish::Other(reason),
        }
    }
}

impl From<Finish> for String {
    fn from(finish: Finish) -> Self {
        finish.name().to_owned()
    }
}

impl fmt::Display for Finish {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The server's count of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    /// Tokens of the prompt.
    pub prompt_tokens: u64,
    /// Tokens that the model wrote, reasoning included.
    pub completion_tokens: u64,
    /// The share of `completion_tokens` that was reasoning, where the server tells.
    pub reasoning_tokens: Option<u64>,
}

/// How long an answer took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Latency {
    /// From sending the request to the first text or reasoning; `None` when the answer did not stream.
    pub first_token: Option<Duration>,
    /// From sending the request to the answer's end.
    pub total: Duration,
}

/// `text` before the earliest of the `stop` strings, and whether there was one.
pub(super) fn cut_at_stop<'a>(text: &'a str, stop: &[String]) -> (&'a str, bool) {
    match stop.iter().filter(|s| !s.is_empty()).filter_map(|s| text.find(s.as_str())).min() {
        Some(at) => (&text[..at], true),
        None => (text, false),
    }
}

#[cfg(test)]
mod tests {
    use super::{Finish, cut_at_stop};

    #[test]
    fn the_earliest_stop_string_cuts_whatever_its_place_in_the_list() {
        let stop = ["\nclass".to_owned(), String::new(), "\ndef".to_owned()];
        assert_eq!(cut_at_stop("é\ndef f\nclass C", &stop), ("é", true));
        assert_eq!(cut_at_stop("no stop", &stop), ("no stop", false));
        assert_eq!(cut_at_stop("no stop", &[]), ("no stop", false));
    }

    #[test]
    fn a_finish_reason_keeps_its_word_through_json() {
        for (json, finish) in [("\"length\"", Finish::Length), ("\"odd\"", Finish::Other("odd".into()))] {
            assert_eq!(serde_json::from_str::<Finish>(json).unwrap(), finish);
            assert_eq!(serde_json::to_string(&finish).unwrap(), json);
        }
    }
}
