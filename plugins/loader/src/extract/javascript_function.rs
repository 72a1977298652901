use assay_api::{Completion, CompletionKind, Solution};

use super::Rule;
use super::javascript::{continuation, function_name, reply};

/// The code in a completion of a benchmark whose tasks are JavaScript or TypeScript functions to complete.
///
/// `prompt` is the task's prompt; at its end the function `entry_point` begins, whose body the model writes. Where no
/// name is given, or one that the prompt does not declare, it is that of the last declaration in the prompt. `None` means
/// that the completion holds no code.
///
/// It takes time linear in the text, never fails, and keeps code that would have run as it is, but for what only
/// shows the function at work or exports it. The solution's rule is the name of a [`Rule`].
#[must_use]
pub fn javascript_function(prompt: &str, entry_point: Option<&str>, completion: &Completion) -> Option<Solution> {
    let text = completion.text.as_str();
    let name = || function_name(prompt, entry_point);
    let (code, rule) = match completion.kind {
        CompletionKind::Verbatim => (format!("{prompt}{text}"), Rule::Verbatim),
        CompletionKind::Program => (text.to_owned(), Rule::Program),
        CompletionKind::Continuation => continuation::find(prompt, name(), text)?,
        CompletionKind::Reply => reply::find(prompt, name(), text)?,
    };
    Some(Solution { code, rule: rule.name().into() })
}
