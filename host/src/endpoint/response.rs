use serde_json::Value;

use super::completion::{Finish, Usage};
use super::error::ErrorKind;
use super::failure::Failure;
use super::logprobs;

/// Finish reasons that say that the server gave up, not that the model stopped.
const FAILED: [&str; 4] = ["error", "abort", "cancelled", "insufficient_system_resource"];

/// What a server answered to one request.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reply {
    /// At least one, at most as many as were asked for.
    pub(super) choices: Vec<Choice>,
    /// Of all choices together.
    pub(super) usage: Option<Usage>,
}

/// A completion as its server reported it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Choice {
    pub(super) text: String,
    pub(super) reasoning: String,
    pub(super) finish: Finish,
    /// As [`logprobs::tokens`] gives them; empty unless they were asked for.
    pub(super) logprobs: Vec<Value>,
}

/// Puts a reply together from JSON: one whole document, or the chunks of a stream.
#[derive(Debug)]
pub(super) struct Assembler {
    /// How many choices were asked for; further ones do not count.
    wanted: usize,
    choices: Vec<Option<Partial>>,
    usage: Option<Usage>,
}

/// A choice so far.
#[derive(Debug, Default)]
struct Partial {
    text: String,
    reasoning: String,
    finish: Option<Finish>,
    logprobs: Vec<Value>,
}

impl Assembler {
    /// For an answer to a request for `wanted` choices.
    pub(super) fn new(wanted: usize) -> Self {
        Assembler { wanted, choices: Vec::new(), usage: None }
    }

    /// Takes a chunk of a stream, or a document.
    pub(super) fn accept(&mut self, json: &[u8]) -> Result<(), Failure> {
        let value = parse(json)?;
        if !value.is_object() {
            return Err(Failure::new(ErrorKind::Malformed, "a JSON value that is not an object"));
        }
        if let Some(failure) = Failure::from_error_object(&value) {
            return Err(failure);
        }
        if let Some(usage) = value.get("usage").and_then(usage) {
            self.usage = Some(usage);
        }
        match value.get("choices") {
            Some(Value::Array(choices)) => choices.iter().try_for_each(|choice| self.choice(choice)),
            // The chunk that only carries the usage.
            None | Some(Value::Null) => Ok(()),
            Some(_) => Err(Failure::new(ErrorKind::Malformed, "`choices` is not a list")),
        }
    }

    /// Whether any text or reasoning has arrived.
    pub(super) fn has_begun(&self) -> bool {
        self.choices.iter().flatten().any(|choice| !choice.text.is_empty() || !choice.reasoning.is_empty())
    }

    /// Whether everything that the completions need is there.
    pub(super) fn is_whole(&self) -> bool {
        self.choices.iter().flatten().filter(|choice| choice.finish.is_some()).count() == self.wanted
    }

    /// The reply, at the answer's end.
    pub(super) fn finish(self) -> Result<Reply, Failure> {
        let any_choice = self.choices.iter().flatten().next().is_some();
        // Some servers finish only the first of several.
        let choices: Vec<Choice> = self.choices.into_iter().flatten().filter_map(Partial::finish).collect();
        match choices.is_empty() {
            false => Ok(Reply { choices, usage: self.usage }),
            true if any_choice => Err(Failure::new(ErrorKind::Cut, "")),
            true => Err(Failure::new(ErrorKind::Empty, "")),
        }
    }

    fn choice(&mut self, choice: &Value) -> Result<(), Failure> {
        let index = choice.get("index").and_then(Value::as_u64).unwrap_or(0);
        let Some(index) = usize::try_from(index).ok().filter(|index| *index < self.wanted) else { return Ok(()) };
        if self.choices.len() <= index {
            self.choices.resize_with(index + 1, || None);
        }
        let mut partial = self.choices[index].take().unwrap_or_default();
        partial.accept(choice)?;
        self.choices[index] = Some(partial);
        Ok(())
    }
}

impl Partial {
    fn finish(self) -> Option<Choice> {
        let finish = self.finish?;
        Some(Choice { text: self.text, reasoning: self.reasoning, finish, logprobs: self.logprobs })
    }

    fn accept(&mut self, choice: &Value) -> Result<(), Failure> {
        let part = choice.get("delta").or_else(|| choice.get("message")).filter(|part| !part.is_null());
        match (part, choice.get("text")) {
            (Some(Value::Object(part)), _) => {
                self.content(part.get("content"))?;
                // Servers that renamed the field send both, and the old one may be null.
                let reasoning = ["reasoning_content", "reasoning"].iter().find_map(|name| part.get(*name)?.as_str());
                self.reasoning.push_str(reasoning.unwrap_or_default());
            }
            (None, Some(text @ (Value::String(_) | Value::Null))) => self.content(Some(text))?,
            (None, None) if choice.get("finish_reason").is_some_and(Value::is_string) => {}
            _ => return Err(Failure::new(ErrorKind::Malformed, "a choice without a message or text")),
        }
        self.logprobs.extend(choice.get("logprobs").map(logprobs::tokens).unwrap_or_default());
        match choice.get("finish_reason").and_then(Value::as_str).filter(|reason| !reason.is_empty()) {
            Some(reason) if FAILED.contains(&reason) => {
                Err(Failure::new(ErrorKind::Server, format!("finish_reason `{reason}`")))
            }
            Some(reason) => {
                self.finish = Some(Finish::from(reason.to_owned()));
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Takes a message's content: a string, nothing, or a list of typed parts.
    fn content(&mut self, content: Option<&Value>) -> Result<(), Failure> {
        match content {
            None | Some(Value::Null) => {}
            Some(Value::String(text)) => self.text.push_str(text),
            Some(Value::Array(parts)) => parts.iter().for_each(|part| self.part(part)),
            Some(_) => return Err(Failure::new(ErrorKind::Malformed, "`content` is not a text")),
        }
        Ok(())
    }

    fn part(&mut self, part: &Value) {
        if let Some(text) = part.get("text").and_then(Value::as_str) {
            self.text.push_str(text);
        }
        // A thinking part holds text parts of its own.
        match part.get("thinking") {
            Some(Value::String(thought)) => self.reasoning.push_str(thought),
            Some(Value::Array(thoughts)) => thoughts
                .iter()
                .filter_map(|thought| thought.get("text").and_then(Value::as_str))
                .for_each(|thought| self.reasoning.push_str(thought)),
            _ => {}
        }
    }
}

/// Parses JSON whose text is surely UTF-8.
pub(super) fn parse(json: &[u8]) -> Result<Value, Failure> {
    let text =
        std::str::from_utf8(json).map_err(|e| Failure::new(ErrorKind::Malformed, format!("invalid UTF-8: {e}")))?;
    serde_json::from_str(text)
        .map_err(|e| Failure::new(ErrorKind::Malformed, format!("invalid JSON: {e}: {}", head(text))))
}

/// Enough of a long text for an excerpt.
fn head(text: &str) -> &str {
    &text[..text.floor_char_boundary(1024)]
}

fn usage(value: &Value) -> Option<Usage> {
    Some(Usage {
        prompt_tokens: value.get("prompt_tokens")?.as_u64()?,
        completion_tokens: value.get("completion_tokens")?.as_u64()?,
        reasoning_tokens: value.pointer("/completion_tokens_details/reasoning_tokens").and_then(Value::as_u64),
    })
}

#[cfg(test)]
mod tests {
    use super::{Assembler, Choice, Finish, Reply};
    use crate::endpoint::{ErrorKind, Usage};

    fn assemble(chunks: &[&str]) -> Result<Reply, ErrorKind> {
        let mut assembler = Assembler::new(1);
        for chunk in chunks {
            assembler.accept(chunk.as_bytes()).map_err(|f| f.kind)?;
        }
        assembler.finish().map_err(|f| f.kind)
    }

    #[test]
    fn chunks_add_up_to_a_reply() {
        let reply = assemble(&[
            r#"{"choices":[{"index":0,"delta":{"role":"assistant","content":null},"finish_reason":null}]}"#,
            r#"{"choices":[{"index":0,"delta":{"reasoning_content":null,"reasoning":"h"}}]}"#,
            r#"{"choices":[{"index":0,"delta":{"reasoning_content":"m","reasoning":"m"}}]}"#,
            r#"{"choices":[{"index":1,"delta":{"content":"another"}},{"index":0,"delta":{"content":"a"}}]}"#,
            r#"{"choices":[{"delta":{"content":[{"type":"text","text":"b"},{"type":"thinking","thinking":[{"type":"text","text":"!"}]}]}}]}"#,
            r#"{"choices":[{"index":0,"delta":{},"finish_reason":"length"}]}"#,
            r#"{"choices":null,"usage":{"prompt_tokens":5,"completion_tokens":3,"completion_tokens_details":{"reasoning_tokens":1}}}"#,
        ]);
        let usage = Usage { prompt_tokens: 5, completion_tokens: 3, reasoning_tokens: Some(1) };
        let choice =
            Choice { text: "ab".into(), reasoning: "hm!".into(), finish: Finish::Length, logprobs: Vec::new() };
        assert_eq!(reply, Ok(Reply { choices: vec![choice], usage: Some(usage) }));
    }

    #[test]
    fn a_model_may_answer_nothing() {
        let reply = assemble(&[r#"{"choices":[{"message":{"content":null},"finish_reason":"stop"}]}"#]).unwrap();
        assert_eq!((reply.choices[0].text.as_str(), &reply.choices[0].finish), ("", &Finish::Stop));
    }

    #[test]
    fn choices_of_one_request_are_kept_apart_and_those_that_are_whole_count() {
        let mut chunks = vec![
            r#"{"choices":[{"index":1,"text":"b","finish_reason":null},{"index":0,"text":"a","finish_reason":"stop"}]}"#,
            r#"{"choices":[{"index":7,"text":"z","finish_reason":"stop"}]}"#,
        ];
        let assemble = |chunks: &[&str]| {
            let mut assembler = Assembler::new(2);
            chunks.iter().for_each(|chunk| assembler.accept(chunk.as_bytes()).unwrap());
            (assembler.is_whole(), assembler.finish().map_err(|f| f.kind))
        };
        let (whole, reply) = assemble(&chunks);
        assert_eq!((whole, reply.unwrap().choices.len()), (false, 1));
        assert_eq!(assemble(&chunks[..0]), (false, Err(ErrorKind::Empty)));
        assert_eq!(assemble(&[r#"{"choices":[{"index":1,"text":"b"}]}"#]), (false, Err(ErrorKind::Cut)));
        chunks.push(r#"{"choices":[{"index":1,"text":"!","finish_reason":"length"}]}"#);
        let (whole, reply) = assemble(&chunks);
        let choices = reply.unwrap().choices;
        let texts: Vec<&str> = choices.iter().map(|choice| choice.text.as_str()).collect();
        assert_eq!((whole, texts), (true, vec!["a", "b!"]));
        // A server that does not know `n` gives one.
        assert_eq!(assemble(&[r#"{"choices":[{"text":"a","finish_reason":"stop"}]}"#]).1.unwrap().choices.len(), 1);
    }

    #[test]
    fn what_is_not_a_completion_is_an_error() {
        for (document, kind) in [
            ("", ErrorKind::Malformed),
            ("[]", ErrorKind::Malformed),
            ("{}", ErrorKind::Empty),
            (r#"{"choices":[]}"#, ErrorKind::Empty),
            (r#"{"choices":{}}"#, ErrorKind::Malformed),
            (r#"{"choices":[7]}"#, ErrorKind::Malformed),
            (r#"{"choices":[{"index":0}]}"#, ErrorKind::Malformed),
            (r#"{"choices":[{"message":{"content":7},"finish_reason":"stop"}]}"#, ErrorKind::Malformed),
            (r#"{"choices":[{"message":{"content":"a"},"finish_reason":null}]}"#, ErrorKind::Cut),
            (r#"{"choices":[{"text":"a","finish_reason":"abort"}]}"#, ErrorKind::Server),
            (r#"{"choices":[{"text":"a","fini"#, ErrorKind::Malformed),
            (r#"{"error":{"message":"boom"},"choices":[]}"#, ErrorKind::Server),
        ] {
            assert_eq!(assemble(&[document]), Err(kind), "{document}");
        }
    }
}
