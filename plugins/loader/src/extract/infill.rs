use assay_api::{Completion, CompletionKind, Solution};

use super::{Rule, fences, reasoning, tag};

/// What marks the end, or a part, of a text to fill in for the models that were trained to fill gaps. A server that does
/// not take them for special tokens leaves them in the text.
const MARKS: [&str; 14] = [
    "<|endoftext|>",
    "<|endofmask|>",
    "</s>",
    "<EOT>",
    "<|EOT|>",
    "<|im_end|>",
    "<|file_sep|>",
    "<file_sep>",
    "<|fim_prefix|>",
    "<|fim_suffix|>",
    "<|fim_middle|>",
    "<|fim_pad|>",
    "<｜end▁of▁sentence｜>",
    "<|repo_name|>",
];

/// The code that a completion makes of a text with a gap: `prefix`, what the model wrote up to the first mark of an end,
/// `suffix`. Of a chat answer the last fenced block fills the gap. `None` means that the model wrote nothing at all.
///
/// It takes time linear in the text and never fails. The solution's rule is the name of a [`Rule`].
#[must_use]
pub fn infill(prefix: &str, suffix: &str, completion: &Completion) -> Option<Solution> {
    let text = completion.text.as_str();
    let (code, rule) = match completion.kind {
        CompletionKind::Verbatim => (format!("{prefix}{text}{suffix}"), Rule::Verbatim),
        CompletionKind::Program => (text.to_owned(), Rule::Program),
        CompletionKind::Continuation => {
            let middle = &text[..MARKS.iter().filter_map(|mark| text.find(mark)).min().unwrap_or(text.len())];
            (!middle.is_empty()).then(|| (format!("{prefix}{middle}{suffix}"), Rule::Middle))?
        }
        CompletionKind::Reply => {
            let text = text.replace("\r\n", "\n");
            let block = fences::take_apart(reasoning::without_unopened(&text), tag::Language::Python).blocks.pop()?;
            let rule = if block.closed { Rule::Fenced } else { Rule::FencedUnclosed };
            (format!("{prefix}{}{suffix}", block.content), rule)
        }
    };
    Some(Solution { code, rule: rule.name().into() })
}
