use std::collections::HashSet;

use super::super::Rule;
use super::answer::{declared, needed, plain};
use super::module::Module;
use super::reply;

/// The code in what a base model wrote after the prompt's last character, or `None` when it wrote nothing.
///
/// It ends where the function does that the prompt begins; what the model declares after it follows if it is used. A
/// text that declares the function once more, or fences its code, is read like a chat answer.
pub(in crate::extract) fn find(prompt: &str, entry_point: &str, text: &str) -> Option<(String, Rule)> {
    let first = text.lines().find(|line| !line.trim().is_empty())?;
    let fenced = first.trim_start().starts_with("```") || first.trim_start().starts_with("~~~");
    let repeats = !first.starts_with([' ', '\t']) && Module::parse(first).declares(entry_point);
    if fenced || repeats {
        return reply::find(prompt, entry_point, text);
    }
    let code = format!("{prompt}{text}");
    Some((up_to_its_end(&code, prompt.len()).unwrap_or(code), Rule::Continuation))
}

/// `code` up to the end of the function that is open at `prompt`, with what it uses of what is declared after it; `None`
/// when it has no end.
pub(super) fn up_to_its_end(code: &str, prompt: usize) -> Option<String> {
    let whole = Module::parse(code);
    let open = whole.items.iter().position(|item| item.span.start < prompt && item.span.end > prompt)?;
    if !whole.is_whole(open) {
        return None;
    }
    let end = whole.items[open].span.end;
    let answer = Module::parse(&code[..end]);
    let rest = Module::parse(&code[end..]);
    let known: HashSet<&str> = declared(&answer).collect();
    let mut text = plain(&answer);
    for helper in needed(&[rest], answer.scan.tokens.iter(), &known) {
        text.push_str("\n\n");
        text.push_str(&helper);
    }
    text.push('\n');
    Some(text)
}
