/// How models mark their thoughts when the server does not report them apart.
const TAGS: [(&str, &str); 4] = [
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<seed:think>", "</seed:think>"),
    ("[THINK]", "[/THINK]"),
];

/// A text and the thoughts that stood before it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Split<'a> {
    pub(super) text: &'a str,
    pub(super) thoughts: Vec<&'a str>,
}

/// Splits thoughts from the beginning of `text`.
///
/// A thought that was never closed takes everything: the model ran out of tokens before it answered. Tags
/// further inside are part of the answer, which may well be a program about tags. With `opened_by_prompt` the
/// chat template may have written the opening tag, so that a closing tag at the start or end of a line ends a
/// thought that nothing opened.
pub(super) fn split(text: &str, opened_by_prompt: bool) -> Split<'_> {
    let mut thoughts = Vec::new();
    let mut rest = text;
    while let Some((thought, after)) = leading_thought(rest) {
        thoughts.push(thought);
        rest = after;
    }
    if thoughts.is_empty()
        && opened_by_prompt
        && let Some((thought, after)) = unopened_thought(rest)
    {
        thoughts.push(thought);
        rest = after;
    }
    if !thoughts.is_empty() {
        // Only line breaks: the indentation of a continuation matters.
        rest = rest.trim_start_matches(['\r', '\n']);
    }
    thoughts.retain(|thought| !thought.trim().is_empty());
    Split { text: rest, thoughts }
}

fn leading_thought(text: &str) -> Option<(&str, &str)> {
    let start = text.trim_start();
    TAGS.iter().find_map(|(open, close)| {
        let inside = start.strip_prefix(open)?;
        Some(inside.split_once(close).unwrap_or((inside, "")))
    })
}

fn unopened_thought(text: &str) -> Option<(&str, &str)> {
    TAGS.iter().find_map(|(_, close)| {
        let (thought, after) = text.split_once(close)?;
        let starts_line = thought.rsplit('\n').next().is_none_or(|line| line.trim().is_empty());
        let ends_line = after.split('\n').next().is_none_or(|line| line.trim().is_empty());
        (starts_line || ends_line).then_some((thought, after))
    })
}

#[cfg(test)]
mod tests {
    use super::{Split, split};

    #[track_caller]
    fn gives(text: &str, opened_by_prompt: bool, thoughts: &[&str], answer: &str) {
        assert_eq!(split(text, opened_by_prompt), Split { text: answer, thoughts: thoughts.to_vec() });
    }

    #[test]
    fn a_leading_thought_is_split_from_the_answer() {
        gives("<think>hm</think>\n\n    return 1", false, &["hm"], "    return 1");
        gives("\n<think>a</think>\n[THINK]b[/THINK]c", false, &["a", "b"], "c");
        gives("<think>\n\n</think>\n\nanswer", false, &[], "answer");
    }

    #[test]
    fn an_unclosed_thought_leaves_no_answer() {
        gives("<think>def f(): return 1", true, &["def f(): return 1"], "");
    }

    #[test]
    fn a_thought_that_the_prompt_opened_ends_at_its_closing_tag() {
        gives("so it is\n</think>\n\ncode", true, &["so it is\n"], "code");
        gives("so it is\n</think>\n\ncode", false, &[], "so it is\n</think>\n\ncode");
    }

    #[test]
    fn tags_inside_a_program_are_left_alone() {
        let program = "x = s.split('</think>')[1]\ny = '<think>'";
        gives(program, true, &[], program);
        gives("  plain", true, &[], "  plain");
    }
}
