use assay_api::{Completion, CompletionKind, Solution};
use serde::Deserialize;

use super::Rule;

/// What an answer in one of LiveCodeBench's scenarios is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Livecodebench {
    /// A program.
    #[default]
    Code,
    /// An assertion that states the output of a test case.
    TestOutput,
}

/// The mark of a fence; LiveCodeBench knows no other.
const FENCE: &str = "```";

/// What LiveCodeBench takes for the answer in a chat (`lcb_runner/utils/extraction_utils.py`).
///
/// Code is the lines between the last two that have three backticks anywhere (`extract_code`). What a base model wrote is the
/// code, stripped. A test's output is the last line that begins with `assert`; where there is none, the lines between the first
/// fence for Python, or else the first at all, and the next fence (`extract_test_output_code`).
///
/// `None` means that there are fewer than two such lines, or nothing between them: the empty program, which their harness
/// executes, is no answer here.
///
/// It takes time linear in the text and never fails. The solution's rule is the name of a [`Rule`].
#[must_use]
pub fn livecodebench(rule: Livecodebench, completion: &Completion) -> Option<Solution> {
    let text = completion.text.as_str();
    let (code, rule) = match completion.kind {
        CompletionKind::Verbatim => (text.to_owned(), Rule::Verbatim),
        CompletionKind::Program => (text.to_owned(), Rule::Program),
        CompletionKind::Continuation if rule == Livecodebench::Code => (text.trim().to_owned(), Rule::Continuation),
        CompletionKind::Reply if rule == Livecodebench::Code => (between_last_two(text)?, Rule::Fenced),
        CompletionKind::Continuation | CompletionKind::Reply => test_output(text)?,
    };
    (!code.trim().is_empty()).then(|| Solution { code, rule: rule.name().into() })
}

fn between_last_two(text: &str) -> Option<String> {
    let lines: Vec<&str> = text.split('\n').collect();
    let mut fences = lines.iter().enumerate().rev().filter(|(_, line)| line.contains(FENCE)).map(|(at, _)| at);
    let (end, start) = (fences.next()?, fences.next()?);
    Some(lines[start + 1..end].join("\n"))
}

fn test_output(text: &str) -> Option<(String, Rule)> {
    let lines: Vec<&str> = text.split('\n').collect();
    if let Some(line) = lines.iter().rfind(|line| line.starts_with("assert")) {
        return Some(((*line).to_owned(), Rule::Assertion));
    }
    let of_python = lines.iter().position(|line| line.contains("```python") || line.contains("```Python"));
    let start = of_python.or_else(|| lines.iter().position(|line| line.contains(FENCE)))?;
    let length = lines[start + 1..].iter().position(|line| line.contains(FENCE))?;
    Some((lines[start + 1..][..length].join("\n"), Rule::Fenced))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extract(text: &str) -> Option<String> {
        of(Livecodebench::Code, text)
    }

    fn of(rule: Livecodebench, text: &str) -> Option<String> {
        livecodebench(rule, &Completion { text: text.into(), kind: CompletionKind::Reply })
            .map(|solution| solution.code)
    }

    #[test]
    fn the_last_assertion_states_a_tests_output() {
        let output = |text| of(Livecodebench::TestOutput, text);
        let text = "```python\nassert f(1) == 2\n```\nNo:\nassert f(1) == 3\n  assert f(1) == 4";
        assert_eq!(output(text).as_deref(), Some("assert f(1) == 3"));
        assert_eq!(
            output("```\n1\n```\n```python\n  assert f(1) == 2\n3\n```").as_deref(),
            Some("  assert f(1) == 2\n3")
        );
        assert_eq!(output("It is\n```\n[2]\n```\n```\n3\n```").as_deref(), Some("[2]"));
        assert_eq!(output("```python\n2"), None);
        assert_eq!(output("2"), None);
    }

    #[test]
    fn the_lines_between_the_last_two_fences_are_the_code() {
        let text = "First:\n```python\na = 1\n```\nBetter:\n```python\nb = 2\n\nprint(b)\n```\nDone.";
        assert_eq!(extract(text).as_deref(), Some("b = 2\n\nprint(b)"));
        assert_eq!(extract("say ```x``` and\nc\nthe end```").as_deref(), Some("c"));
    }

    /// As there: a block that was not closed goes up to the fence that begins it.
    #[test]
    fn an_open_block_gives_what_stands_before_it() {
        assert_eq!(extract("```python\na = 1\n```\nor\n```python\nb = 2").as_deref(), Some("or"));
        assert_eq!(extract("```python\na = 1"), None);
        assert_eq!(extract("a = 1"), None);
        assert_eq!(extract("```\n```"), None);
    }

    #[test]
    fn a_base_models_text_is_the_code() {
        let completion = Completion { text: "\nprint(1)\n\n".into(), kind: CompletionKind::Continuation };
        let solution = livecodebench(Livecodebench::Code, &completion).unwrap();
        assert_eq!((solution.code.as_str(), solution.rule.as_str()), ("print(1)", "continuation"));
    }
}
