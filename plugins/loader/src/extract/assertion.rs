use assay_api::{Completion, CompletionKind, Solution};
use serde::Deserialize;

use super::{Rule, reasoning};

/// What an answer stands between, where a prompt asks for tags.
const OPEN: &str = "[ANSWER]";
const CLOSE: &str = "[/ANSWER]";

/// Which side of `assert call == value` a task asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The call, with the inputs that the model chose.
    Left,
    /// The value.
    Right,
}

/// What is the answer in a text without the closing tag.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Untagged {
    /// All of it.
    #[default]
    All,
    /// The first line of the side that is asked for.
    FirstLine,
    /// The last line: what comes before is thought.
    LastLine,
}

/// The side of an assertion that a completion gives. `None` means that it gives none.
///
/// The text is what stands between the first `[ANSWER]`, if there is one, and the first `[/ANSWER]`, if there is one. The
/// left side is what stands before its first `==`, without `assert`; the right side is what stands after that, up to
/// the next `==`. Without `==` both are the whole text. These are the rules of CRUXEval
/// (`inference/tasks/*_prediction.py`) and of LiveCodeBench (`extract_execution_code`), which agree where there are
/// tags. Beyond them, reasoning and Markdown's fences and backticks around the assertion are left out.
///
/// It takes time linear in the text and never fails. The solution's rule is the name of a [`Rule`].
#[must_use]
pub fn assertion(side: Side, untagged: Untagged, completion: &Completion) -> Option<Solution> {
    let text = completion.text.as_str();
    let (code, rule) = match completion.kind {
        CompletionKind::Verbatim => (text.to_owned(), Rule::Verbatim),
        CompletionKind::Program => (text.to_owned(), Rule::Program),
        CompletionKind::Continuation | CompletionKind::Reply => find(side, untagged, text),
    };
    (!code.trim().is_empty()).then(|| Solution { code, rule: rule.name().into() })
}

fn find(side: Side, untagged: Untagged, text: &str) -> (String, Rule) {
    let text = reasoning::after(text);
    let (text, closed) = match text.split_once(CLOSE) {
        Some((before, _)) => (before, true),
        None => (text, false),
    };
    let tagged = text.split(OPEN).nth(1);
    let text = without_fences(tagged.unwrap_or(text));
    let lines = if closed || (tagged.is_some() && untagged == Untagged::LastLine) { Untagged::All } else { untagged };
    let text = text.trim();
    let text = if lines == Untagged::LastLine { last_line(text) } else { text };
    let answer = match side {
        Side::Left => text.split("==").next().map(|call| call.split("assert").nth(1).unwrap_or(call)),
        Side::Right => text.split("==").nth(1),
    };
    let answer = answer.unwrap_or(text).trim();
    let answer = if lines == Untagged::FirstLine { answer.split('\n').next().unwrap_or(answer) } else { answer };
    let rule = if closed || tagged.is_some() { Rule::Tagged } else { Rule::Assertion };
    (answer.trim().trim_matches('`').trim().to_owned(), rule)
}

fn last_line(text: &str) -> &str {
    text.rsplit('\n').next().unwrap_or(text)
}

/// `text` without the lines that begin or end a fenced block, which no assertion has.
fn without_fences(text: &str) -> String {
    let lines = text.split('\n').filter(|line| !line.trim_start().starts_with("```"));
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extract(side: Side, untagged: Untagged, text: &str) -> Option<(String, String)> {
        let completion = Completion { text: text.into(), kind: CompletionKind::Reply };
        assertion(side, untagged, &completion).map(|solution| (solution.code, solution.rule))
    }

    fn left(text: &str) -> String {
        extract(Side::Left, Untagged::All, text).unwrap().0
    }

    fn right(text: &str) -> String {
        extract(Side::Right, Untagged::All, text).unwrap().0
    }

    #[test]
    fn each_side_of_an_assertion_is_found() {
        assert_eq!(left("assert f([1, 2]) == 3\n"), "f([1, 2])");
        assert_eq!(right("assert f([1, 2]) == 3\n"), "3");
        assert_eq!((left("f(1)"), right("3")), ("f(1)".into(), "3".into()));
        // As the authors split: at every `==`, in strings too.
        assert_eq!(right("assert f('==') == 3"), "')");
    }

    #[test]
    fn what_stands_between_the_tags_counts_and_nothing_around_them() {
        let text = "f == 1 is wrong.\n[/THOUGHT]\n[ANSWER]\nassert f(1) == 2\n[/ANSWER]\n\n[PYTHON]\nassert f(2) == 3";
        assert_eq!(extract(Side::Right, Untagged::LastLine, text), Some(("2".into(), "tagged".into())));
        assert_eq!(left(text), "f(1)");
        assert_eq!(right("assert f(1) == 2\n[/ANSWER] so x == 9"), "2");
        assert_eq!(right("x == 1 [ANSWER] assert f(1) == [1,\n 2]"), "[1,\n 2]");
    }

    #[test]
    fn without_a_closing_tag_the_suite_says_which_lines_count() {
        let text = "It adds one, so:\nassert f(1) == 2\nassert f(3) == 4";
        assert_eq!(extract(Side::Right, Untagged::FirstLine, text).unwrap().0, "2");
        assert_eq!(extract(Side::Right, Untagged::LastLine, text).unwrap(), ("4".into(), "assertion".into()));
        assert_eq!(extract(Side::Right, Untagged::FirstLine, "2\n3").unwrap().0, "2");
        let tagged = "[ANSWER]\nassert f(1) == [2,\n3]";
        assert_eq!(extract(Side::Right, Untagged::LastLine, tagged).unwrap().0, "[2,\n3]");
    }

    #[test]
    fn markdown_and_reasoning_are_left_out() {
        assert_eq!(right("```python\nassert f(1) == 2\n```"), "2");
        assert_eq!(left("`assert f(1) == 2`"), "f(1)");
        assert_eq!(right("`2`"), "2");
        assert_eq!(right("<think>\nf(1) == 3?\n</think>\nassert f(1) == 2"), "2");
    }

    #[test]
    fn nothing_is_no_answer_and_exact_kinds_are_exact() {
        assert_eq!(extract(Side::Right, Untagged::All, "[ANSWER]\n[/ANSWER]"), None);
        assert_eq!(extract(Side::Right, Untagged::All, "<think>1 == 2"), None);
        for kind in [CompletionKind::Verbatim, CompletionKind::Program] {
            let completion = Completion { text: " 1 == 2 [/ANSWER]".into(), kind };
            assert_eq!(assertion(Side::Left, Untagged::All, &completion).unwrap().code, completion.text);
        }
    }
}
