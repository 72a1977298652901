use assay_api::Prompt;

use super::completion::Usage;
use super::provider::Provider;

/// No server's context is smaller, in tokens: fewer are a count of something else, such as of what was not cached.
const SMALLEST: u64 = 256;

/// Contexts that users configure are multiples of this, in tokens.
const GRAIN: u64 = 1024;

/// More characters than this stand for one token in no text; repeated characters count once.
const MOST_CHARACTERS: u64 = 8;

/// How a silent cut shows: some servers drop what does not fit the context, answer the rest and report only that as the
/// prompt's tokens. `None` when nothing speaks for it.
///
/// With Ollama, which cuts to exactly its `num_ctx`, a prompt of exactly a multiple of 1,024 tokens counts as cut. With
/// any server one counts as cut that has more than 8 characters for each token.
pub(super) fn silent_cut(provider: Provider, prompt: &Prompt, usage: Option<Usage>) -> Option<String> {
    let tokens = usage?.prompt_tokens;
    if tokens < SMALLEST {
        return None;
    }
    let sent = characters(prompt);
    let is_full = provider == Provider::Ollama && tokens % GRAIN == 0;
    let is_short = sent > MOST_CHARACTERS * tokens;
    (is_full || is_short).then(|| {
        format!(
            "it answered, but read only {tokens} tokens of a prompt with {} characters",
            texts(prompt).map(|text| text.chars().count()).sum::<usize>()
        )
    })
}

/// An estimate of the tokens in `prompt`: four characters each.
pub(super) fn estimated_tokens(prompt: &Prompt) -> u64 {
    texts(prompt).map(|text| text.len() as u64 / 4 + 4).sum()
}

/// The characters of the prompt, those left out that only repeat the one before: tokenizers pack them.
fn characters(prompt: &Prompt) -> u64 {
    let distinct = |text: &str| text.chars().zip(text.chars().skip(1)).filter(|(a, b)| a != b).count() as u64;
    texts(prompt).map(distinct).sum()
}

fn texts(prompt: &Prompt) -> impl Iterator<Item = &str> {
    let texts: Vec<&str> = match prompt {
        Prompt::Chat { messages } => messages.iter().map(|message| message.content.as_str()).collect(),
        Prompt::Text { text } => vec![text],
        Prompt::Infill { prefix, suffix } => vec![prefix, suffix],
    };
    texts.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(provider: Provider, text: &str, prompt_tokens: u64) -> bool {
        let usage = Usage { prompt_tokens, ..Usage::default() };
        silent_cut(provider, &Prompt::Text { text: text.to_owned() }, Some(usage)).is_some()
    }

    #[test]
    fn a_prompt_that_lost_most_of_its_tokens_was_cut() {
        let prose = "def f(x): return x + 1\n".repeat(1000);
        assert!(cut(Provider::Other, &prose, 2047));
        assert!(!cut(Provider::Other, &prose, 6000));
        assert!(!cut(Provider::Other, &prose, 1), "a count of what was not cached");
        assert!(!cut(Provider::Other, &" ".repeat(100_000), 800), "tokenizers pack white space");
        assert_eq!(silent_cut(Provider::Ollama, &Prompt::Text { text: prose }, None), None);
    }

    #[test]
    fn ollama_cuts_to_exactly_its_context() {
        let text = "word ".repeat(4200);
        assert!(cut(Provider::Ollama, &text, 4096));
        assert!(!cut(Provider::Ollama, &text, 4201));
        assert!(!cut(Provider::Vllm, &text, 4096));
    }
}
