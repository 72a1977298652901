use assay_api::{Completion, CompletionKind, Solution};
use serde::Deserialize;

use super::Rule;

/// Which of lm-evaluation-harness's rules finds the code of an answer (`lm_eval/tasks/*/utils.py` of 0.4.13).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LmEval {
    /// `humaneval`: the prompt and the text.
    Humaneval,
    /// `humaneval_instruct`: the prompt, and the text up to its first fence. There, the answer begins with the prompt, which
    /// the model is made to go on from.
    HumanevalInstruct,
    /// `mbpp_instruct`: the first block. There, the model is made to begin with a fence, so that what stands before a first
    /// fence is a block, too.
    Mbpp,
}

/// The mark of a fence; the harness knows no other.
const FENCE: &str = "```";

/// The code in an answer as lm-evaluation-harness finds it. `prompt` is used by the rules that put it before the text.
///
/// `None` means that there is none: the harness executes the empty program then.
///
/// It takes time linear in the text and never fails. The solution's rule is the name of a [`Rule`].
#[must_use]
pub fn lm_eval(kind: LmEval, prompt: &str, completion: &Completion) -> Option<Solution> {
    let text = completion.text.as_str();
    let (code, rule) = match (completion.kind, kind) {
        (CompletionKind::Verbatim, _) => (format!("{prompt}{text}"), Rule::Verbatim),
        (CompletionKind::Program, _) => (text.to_owned(), Rule::Program),
        (_, LmEval::Humaneval) => (format!("{prompt}{text}"), Rule::Continuation),
        (_, LmEval::HumanevalInstruct) => {
            let end = text.find(FENCE).unwrap_or(text.len());
            (format!("{prompt}{}", &text[..end]), Rule::Continuation)
        }
        (_, LmEval::Mbpp) => (first_block(text)?.to_owned(), Rule::Fenced),
    };
    (!code.trim().is_empty()).then(|| Solution { code, rule: rule.name().into() })
}

/// The first match of `` ```(?:\w+)?\n?(.*?)\n?``` `` in the text with a fence before it; without one, of the text
/// itself, which then has one fence at most, and so none.
fn first_block(text: &str) -> Option<&str> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let fence = text.find(FENCE)?;
    let whole = &text[..fence];
    // The language may be all that there is, or a part of what is no fence's language: the harness takes it for one.
    let body = whole.trim_start_matches(is_word);
    let body = body.strip_prefix('\n').unwrap_or(body);
    Some(body.strip_suffix('\n').unwrap_or(body))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extract(kind: LmEval, text: &str) -> Option<String> {
        let completion = Completion { text: text.into(), kind: CompletionKind::Reply };
        lm_eval(kind, "P\n", &completion).map(|solution| solution.code)
    }

    /// What `extract_code_blocks` and `build_predictions_instruct` of 0.4.13 gave; where the first gives nothing, there is no code.
    #[test]
    fn answers_are_read_as_the_harness_reads_them() {
        let fenced = "Here:\n```python\ndef f(): pass\n```\nand\n```\nx\n```";
        for (text, mbpp, humaneval) in [
            ("python\ndef f(): pass\n```", "def f(): pass", "P\npython\ndef f(): pass\n"),
            // What the model begins with is taken for a language, whatever it is.
            ("def f(x):\n    return x\n```\nDone", " f(x):\n    return x", "P\ndef f(x):\n    return x\n"),
            ("```python\ndef f(): pass\n```", "", "P\n"),
            ("def f(): pass", "", "P\ndef f(): pass"),
            (fenced, ":", "P\nHere:\n"),
            ("\n\nx = 1\n\n```", "\nx = 1\n", "P\n\n\nx = 1\n\n"),
            ("abc```", "", "P\nabc"),
            ("`x```", "`x", "P\n`x"),
            ("x = 1\n````", " = 1", "P\nx = 1\n"),
        ] {
            assert_eq!(extract(LmEval::Mbpp, text).unwrap_or_default(), mbpp, "{text}");
            assert_eq!(extract(LmEval::HumanevalInstruct, text).as_deref(), Some(humaneval), "{text}");
            assert_eq!(extract(LmEval::Humaneval, text), Some(format!("P\n{text}")));
        }
    }
}
