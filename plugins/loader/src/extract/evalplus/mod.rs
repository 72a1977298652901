//! What EvalPlus takes for the code of an answer (`evalplus/sanitize.py` of 0.3.1).

mod longest;
mod reachable;
mod syntax;

pub(crate) use syntax::nests_too_deep;

use assay_api::{Completion, CompletionKind, Solution};

use super::Rule;
use longest::longest_code;
use reachable::reachable;

/// How much stack the parser gets, in bytes: what [`syntax`] lets through nests no deeper than a part of it.
const STACK: usize = 128 << 20;

/// The code in an answer as EvalPlus's `sanitize` finds it: of the longest run of lines that is Python, the imports and what
/// the function `entry_point` needs of the definitions. What a base model wrote goes after the prompt first, as there.
///
/// `None` means that there is nothing: EvalPlus executes the first line of a text without any code, which is no answer here
/// only where it is blank.
///
/// Theirs takes time cubic in the text. This takes bounded time: of a text that would take more than about a second, what was
/// found by then is the answer. It never fails. The solution's rule is the name of a [`Rule`].
#[must_use]
pub fn evalplus(prompt: &str, entry_point: Option<&str>, completion: &Completion) -> Option<Solution> {
    let text = completion.text.as_str();
    let (code, rule) = match completion.kind {
        CompletionKind::Verbatim => (format!("{prompt}{text}"), Rule::Verbatim),
        CompletionKind::Program => (text.to_owned(), Rule::Program),
        CompletionKind::Continuation => {
            (sanitized(&format!("{}\n{text}", prompt.trim()), entry_point), Rule::Sanitized)
        }
        CompletionKind::Reply => (sanitized(text, entry_point), Rule::Sanitized),
    };
    (!code.trim().is_empty()).then(|| Solution { code, rule: rule.name().into() })
}

fn sanitized(text: &str, entry_point: Option<&str>) -> String {
    std::thread::scope(|scope| {
        let work = move || {
            let code = longest_code(text);
            let kept = reachable(code, entry_point);
            let kept = kept.trim();
            if kept.is_empty() { code.to_owned() } else { kept.to_owned() }
        };
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        thread.expect("a process may start a thread").join().expect("the parser accepts any text")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_a_model_writes_takes_long_or_much() {
        let many = 6_000;
        for piece in [
            "(",
            "-",
            "not ",
            "lambda:",
            "f'{",
            "x.",
            "x[",
            "a**",
            "await ",
            "a if b else ",
            "f()(",
            "\\\n",
            "if x:\n",
            "(\n",
            "x = (\n",
            "'''\n",
            "é",
            "\0\n",
            "\r",
            "{1:",
        ] {
            let text = piece.repeat(many);
            let _ = sanitized(&text, Some("f"));
            let _ = sanitized(&format!("def f():\n    return {text}1\n"), Some("f"));
        }
        let steps: String = (0..900).map(|n| format!("{}if x:\n", " ".repeat(n))).collect();
        let _ = sanitized(&steps, Some("f"));
    }
}
