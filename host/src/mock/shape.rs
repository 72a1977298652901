use assay_api::Prompt;
use serde_json::{Value, json};

use super::fault::Quirk;
use super::script::{Answer, Call};

/// How many characters a piece of a stream has: about a token.
const PIECE_CHARS: usize = 4;

/// The two APIs' shapes of an answer.
pub(super) struct Shape<'a> {
    call: &'a Call,
    answer: &'a Answer,
    chat: bool,
}

impl<'a> Shape<'a> {
    pub(super) fn of(call: &'a Call, answer: &'a Answer) -> Self {
        Shape { call, answer, chat: matches!(call.prompt, Prompt::Chat { .. }) }
    }

    /// One whole document.
    pub(super) fn document(&self) -> Value {
        let answer = self.answer;
        let object = if self.chat { "chat.completion" } else { "text_completion" };
        let mut choice = json!({"index": 0, "finish_reason": answer.finish.name(), "logprobs": null});
        if self.chat {
            choice["message"] = json!({"role": "assistant", "content": answer.text});
            if let Some(reasoning) = &answer.reasoning {
                choice["message"]["reasoning_content"] = json!(reasoning);
            }
        } else {
            choice["text"] = json!(answer.text);
        }
        let mut document = self.envelope(object, json!([choice]));
        if !answer.quirks.contains(&Quirk::NoUsage) {
            document["usage"] = self.usage();
        }
        document
    }

    /// The chunks of a stream.
    pub(super) fn chunks(&self) -> Vec<Value> {
        let answer = self.answer;
        let mut chunks = Vec::new();
        if self.chat {
            chunks.push(self.chunk(json!({"role": "assistant", "content": ""}), Value::Null));
            let reasoning = answer.reasoning.as_deref().unwrap_or_default();
            chunks.extend(pieces(reasoning).iter().map(|p| self.chunk(json!({"reasoning_content": p}), Value::Null)));
            chunks.extend(pieces(&answer.text).iter().map(|p| self.chunk(json!({"content": p}), Value::Null)));
            chunks.push(self.chunk(json!({}), json!(answer.finish.name())));
        } else {
            chunks.extend(pieces(&answer.text).iter().map(|p| self.chunk(json!(p), Value::Null)));
            chunks.push(self.chunk(json!(""), json!(answer.finish.name())));
        }
        if self.call.body["stream_options"]["include_usage"] == true && !answer.quirks.contains(&Quirk::NoUsage) {
            let choices = if answer.quirks.contains(&Quirk::NullChoices) { Value::Null } else { json!([]) };
            let mut chunk = self.envelope(self.chunk_object(), choices);
            chunk["usage"] = self.usage();
            chunks.push(chunk);
        }
        chunks
    }

    fn chunk(&self, part: Value, finish_reason: Value) -> Value {
        let key = if self.chat { "delta" } else { "text" };
        self.envelope(self.chunk_object(), json!([{"index": 0, key: part, "finish_reason": finish_reason}]))
    }

    fn chunk_object(&self) -> &'static str {
        if self.chat { "chat.completion.chunk" } else { "text_completion" }
    }

    fn envelope(&self, object: &str, choices: Value) -> Value {
        json!({"id": "mock-0", "object": object, "created": 0, "model": self.call.model, "choices": choices})
    }

    fn usage(&self) -> Value {
        let prompt = match &self.call.prompt {
            Prompt::Chat { messages } => messages.iter().map(|message| tokens(&message.content)).sum(),
            Prompt::Text { text } => tokens(text),
            Prompt::Infill { prefix, suffix } => tokens(prefix) + tokens(suffix),
        };
        let reasoning = self.answer.reasoning.as_deref().map_or(0, tokens);
        let completion = tokens(&self.answer.text) + reasoning;
        json!({
            "prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion,
            "completion_tokens_details": {"reasoning_tokens": reasoning},
        })
    }
}

fn pieces(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    characters.chunks(PIECE_CHARS).map(|piece| piece.iter().collect()).collect()
}

/// An estimate: four characters are a token.
fn tokens(text: &str) -> usize {
    text.chars().count().div_ceil(PIECE_CHARS)
}
