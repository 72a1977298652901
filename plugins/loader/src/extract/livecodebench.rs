use assay_api::{Completion, CompletionKind, Solution};

use super::Rule;

/// The mark of a fence; LiveCodeBench knows no other.
const FENCE: &str = "```";

/// What LiveCodeBench takes for the code of a chat answer (`lcb_runner/utils/extraction_utils.py`, `extract_code`): the
/// lines between the last two that have three backticks anywhere. What a base model wrote is the code, stripped.
///
/// `None` means that there are fewer than two such lines, or nothing between them: the empty program, which their harness
/// executes, is no answer here.
///
/// It takes time linear in the text and never fails. The solution's rule is the name of a [`Rule`].
#[must_use]
pub fn livecodebench(completion: &Completion) -> Option<Solution> {
    let text = completion.text.as_str();
    let (code, rule) = match completion.kind {
        CompletionKind::Verbatim => (text.to_owned(), Rule::Verbatim),
        CompletionKind::Program => (text.to_owned(), Rule::Program),
        CompletionKind::Continuation => (text.trim().to_owned(), Rule::Continuation),
        CompletionKind::Reply => (between_last_two(text)?, Rule::Fenced),
    };
    (!code.trim().is_empty()).then(|| Solution { code, rule: rule.name().into() })
}

fn between_last_two(text: &str) -> Option<String> {
    let lines: Vec<&str> = text.split('\n').collect();
    let mut fences = lines.iter().enumerate().rev().filter(|(_, line)| line.contains(FENCE)).map(|(at, _)| at);
    let (end, start) = (fences.next()?, fences.next()?);
    Some(lines[start + 1..end].join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extract(text: &str) -> Option<String> {
        livecodebench(&Completion { text: text.into(), kind: CompletionKind::Reply }).map(|solution| solution.code)
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
        let solution = livecodebench(&completion).unwrap();
        assert_eq!((solution.code.as_str(), solution.rule.as_str()), ("print(1)", "continuation"));
    }
}
