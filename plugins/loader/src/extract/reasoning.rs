//! Reasoning that a server left in the text, `<think>...</think>`.

const TAGS: [&str; 4] = ["think", "thinking", "thought", "reasoning"];

/// The offset in `text` after the reasoning that begins at its first line, or `None` when none does. Reasoning
/// that isn't closed goes to the end: the model had not begun to answer.
pub(super) fn end(text: &str) -> Option<usize> {
    let start = text.len() - text.trim_start_matches([' ', '\t']).len();
    let tag = TAGS.into_iter().find(|tag| opens(&text[start..], tag))?;
    let close = format!("</{tag}>");
    Some(text[start..].find(&close).map_or(text.len(), |at| start + at + close.len()))
}

/// `text` without reasoning whose opening tag stands in the chat template and so not in the answer. Its
/// closing tag begins a line.
pub(super) fn without_unopened(text: &str) -> &str {
    let after = TAGS.into_iter().filter_map(|tag| {
        let close = format!("</{tag}>");
        let at = text.match_indices(&close).map(|(at, _)| at).find(|at| begins_line(text, *at))?;
        let unopened = !text[..at].contains(&format!("<{tag}>"));
        unopened.then_some(at + close.len())
    });
    after.max().map_or(text, |at| &text[at..])
}

/// `text` after the reasoning that it begins with.
pub(super) fn after(text: &str) -> &str {
    let text = without_unopened(text);
    let start = text.trim_start();
    end(start).map_or(text, |at| &start[at..])
}

fn opens(text: &str, tag: &str) -> bool {
    text.strip_prefix('<').and_then(|rest| rest.strip_prefix(tag)).is_some_and(|rest| rest.starts_with('>'))
}

fn begins_line(text: &str, at: usize) -> bool {
    let before = text[..at].trim_end_matches([' ', '\t']);
    before.is_empty() || before.ends_with('\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasoning_ends_after_its_closing_tag_or_never() {
        assert_eq!(end("  <think>\na\n</think>\nb"), Some(20));
        assert_eq!(end("<think>a"), Some(8));
        assert_eq!(end("a <think>b</think>"), None);
        assert_eq!(end("<thin>b</thin>"), None);
    }

    #[test]
    fn a_closing_tag_alone_ends_reasoning_that_the_chat_template_began() {
        assert_eq!(without_unopened("hm\n</think>\n\nanswer"), "\n\nanswer");
        assert_eq!(without_unopened("<think>hm\n</think>\nanswer"), "<think>hm\n</think>\nanswer");
        assert_eq!(without_unopened("s = '</think>'"), "s = '</think>'");
    }
}
