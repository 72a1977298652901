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

    /// The texts of the choices: as many as were asked for and the script has.
    fn texts(&self) -> Vec<&str> {
        let wanted = self.call.body["n"].as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(1).max(1);
        let more = self.answer.choices.iter().map(String::as_str);
        std::iter::once(self.answer.text.as_str()).chain(more).take(wanted).collect()
    }

    /// One whole document.
    pub(super) fn document(&self) -> Value {
        let answer = self.answer;
        let object = if self.chat { "chat.completion" } else { "text_completion" };
        let choice = |(index, text): (usize, &str)| {
            let mut choice = json!({"index": index, "finish_reason": answer.finish.name(), "logprobs": null});
            if self.chat {
                choice["message"] = json!({"role": "assistant", "content": text});
                if let Some(reasoning) = &answer.reasoning {
                    choice["message"]["reasoning_content"] = json!(reasoning);
                }
            } else {
                choice["text"] = json!(text);
            }
            choice["logprobs"] = self.logprobs(&pieces(text));
            choice
        };
        let choices: Vec<Value> = self.texts().into_iter().enumerate().map(choice).collect();
        let mut document = self.envelope(object, json!(choices));
        if !answer.quirks.contains(&Quirk::NoUsage) {
            document["usage"] = self.usage();
        }
        document
    }

    /// The chunks of a stream.
    pub(super) fn chunks(&self) -> Vec<Value> {
        let answer = self.answer;
        let mut chunks = Vec::new();
        for (index, text) in self.texts().into_iter().enumerate() {
            if self.chat {
                chunks.push(self.chunk(index, json!({"role": "assistant", "content": ""}), &[], Value::Null));
                let reasoning = pieces(answer.reasoning.as_deref().unwrap_or_default());
                let thought = |piece: &String| self.chunk(index, json!({"reasoning_content": piece}), &[], Value::Null);
                chunks.extend(reasoning.iter().map(thought));
            }
            for piece in pieces(text) {
                let part = if self.chat { json!({"content": piece}) } else { json!(piece) };
                chunks.push(self.chunk(index, part, &[piece], Value::Null));
            }
            let end = if self.chat { json!({}) } else { json!("") };
            chunks.push(self.chunk(index, end, &[], json!(answer.finish.name())));
        }
        if self.call.body["stream_options"]["include_usage"] == true && !answer.quirks.contains(&Quirk::NoUsage) {
            let choices = if answer.quirks.contains(&Quirk::NullChoices) { Value::Null } else { json!([]) };
            let mut chunk = self.envelope(self.chunk_object(), choices);
            chunk["usage"] = self.usage();
            chunks.push(chunk);
        }
        chunks
    }

    fn chunk(&self, index: usize, part: Value, tokens: &[String], finish_reason: Value) -> Value {
        let key = if self.chat { "delta" } else { "text" };
        let mut choice = json!({"index": index, key: part, "finish_reason": finish_reason});
        let logprobs = self.logprobs(tokens);
        if !logprobs.is_null() {
            choice["logprobs"] = logprobs;
        }
        self.envelope(self.chunk_object(), json!([choice]))
    }

    /// Log-probabilities, all the same, where they were asked for.
    fn logprobs(&self, tokens: &[String]) -> Value {
        let asked = &self.call.body["logprobs"];
        if tokens.is_empty() || !(asked == true || asked.is_u64()) {
            return Value::Null;
        }
        if self.chat {
            let content: Vec<Value> = tokens.iter().map(|token| json!({"token": token, "logprob": -0.5})).collect();
            return json!({ "content": content });
        }
        json!({"tokens": tokens, "token_logprobs": vec![-0.5; tokens.len()], "top_logprobs": null})
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
        let prompt = self.answer.prompt_tokens.map_or(prompt, |tokens| usize::try_from(tokens).unwrap_or(usize::MAX));
        let completion = self.texts().into_iter().map(tokens).sum::<usize>() + reasoning;
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
