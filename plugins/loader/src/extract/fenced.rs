use assay_api::{Completion, CompletionKind, Solution};

use super::fences::take_apart;
use super::tag::Language;
use super::{Rule, reasoning};

/// The best fenced block of a completion, exactly as it is: the last that is marked as `language`, else the last that
/// isn't marked. `None` means that there is none.
///
/// `language` is a suite's; where it is neither Python, JavaScript nor TypeScript, every mark is as good. A base model's
/// text without a block is taken as it is.
///
/// It takes time linear in the text and never fails. The solution's rule is the name of a [`Rule`].
#[must_use]
pub fn fenced(language: &str, completion: &Completion) -> Option<Solution> {
    let text = completion.text.as_str();
    let found = || best(language, text);
    let (code, rule) = match completion.kind {
        CompletionKind::Verbatim => (text.to_owned(), Rule::Verbatim),
        CompletionKind::Program => (text.to_owned(), Rule::Program),
        CompletionKind::Continuation => found().unwrap_or_else(|| (text.to_owned(), Rule::Continuation)),
        CompletionKind::Reply => found()?,
    };
    (!code.trim().is_empty()).then(|| Solution { code, rule: rule.name().into() })
}

fn best(language: &str, text: &str) -> Option<(String, Rule)> {
    let language = match language {
        "python" => Language::Python,
        "javascript" | "typescript" => Language::JavaScript,
        _ => Language::Any,
    };
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let reply = take_apart(reasoning::without_unopened(&text), language);
    reply.last_of_best_mark().map(|block| (block.content.clone(), block.rule()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extract(language: &str, text: &str) -> Option<(String, String)> {
        let completion = Completion { text: text.into(), kind: CompletionKind::Reply };
        fenced(language, &completion).map(|solution| (solution.code, solution.rule))
    }

    #[test]
    fn the_last_block_in_the_language_is_taken_as_it_is() {
        let text = "```python\n1\n```\n```python\n  2\n```\nprints\n```\n3\n```\n```sh\n4\n```";
        assert_eq!(extract("python", text), Some(("  2\n".into(), "fenced".into())));
        assert_eq!(extract("javascript", text), Some(("3\n".into(), "fenced".into())));
        assert_eq!(extract("rust", text), Some(("4\n".into(), "fenced".into())));
        assert_eq!(extract("python", "```py\n1\n"), Some(("1\n".into(), "fenced-unclosed".into())));
        assert_eq!(extract("python", "```sh\n1\n```"), None);
        assert_eq!(extract("python", "<think>\n```python\n1\n```\n</think>\nNo."), None);
    }

    #[test]
    fn a_base_model_need_not_fence() {
        let completion = Completion { text: "print(1)\n".into(), kind: CompletionKind::Continuation };
        assert_eq!(fenced("python", &completion).unwrap().code, "print(1)\n");
    }
}
