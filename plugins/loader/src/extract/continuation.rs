use super::python::scan;
use super::{Rule, reply};

/// The code in what a base model wrote after the prompt's last character, or `None` when it wrote nothing.
///
/// An indented first line continues the function; so does anything when the prompt ends within a line. A text
/// that begins in the first column repeats the signature, fences its code or has lost its indentation: it is read
/// like a chat answer, and goes after the prompt where that finds nothing better.
pub(super) fn find(prompt: &str, entry_point: &str, text: &str) -> Option<(String, Rule)> {
    let first = text.lines().find(|line| !line.trim().is_empty())?;
    let in_line = !prompt.ends_with('\n') && !text.starts_with(['\n', '\r']);
    if !is_fence(first) && (in_line || first.starts_with([' ', '\t'])) {
        return continued(prompt, text);
    }
    match reply::find(prompt, entry_point, text) {
        Some(found) if found.complete => Some((found.code, found.rule)),
        _ => continued(prompt, text),
    }
}

pub(super) fn is_fence(line: &str) -> bool {
    line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~")
}

/// The prompt and the text, up to the first line of the text that can't be Python; `None` when nothing is left.
pub(super) fn continued(prompt: &str, text: &str) -> Option<(String, Rule)> {
    let mut code = format!("{prompt}{text}");
    let statements = scan(&code).statements;
    let end = statements.iter().map(|s| (s.span.start, s)).find(|(at, s)| *at >= prompt.len() && s.is_not_python());
    let end = end.map_or(code.len(), |(at, _)| at);
    drop(statements);
    code.truncate(end);
    let has_code = !scan(&code[prompt.len()..]).statements.is_empty();
    has_code.then_some((code, Rule::Continuation))
}
