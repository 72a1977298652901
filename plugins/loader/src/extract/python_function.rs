use assay_api::{Completion, CompletionKind, Solution};

use super::{Rule, continuation, reply};

/// The code in a completion of a benchmark whose tasks are Python functions to complete.
///
/// `prompt` is the task's prompt: imports, helpers, and at its end the signature and docstring of the function
/// `entry_point`. `None` means that the completion holds no code.
///
/// It takes time linear in the text, never fails, and keeps code that would have run as it is. The solution's
/// rule is the name of a [`Rule`].
#[must_use]
pub fn python_function(prompt: &str, entry_point: &str, completion: &Completion) -> Option<Solution> {
    let text = completion.text.as_str();
    let (code, rule) = match completion.kind {
        CompletionKind::Verbatim => (format!("{prompt}{text}"), Rule::Verbatim),
        CompletionKind::Program => (text.to_owned(), Rule::Program),
        CompletionKind::Continuation => continuation::find(prompt, entry_point, text)?,
        CompletionKind::Reply => reply::find(prompt, entry_point, text).map(|found| (found.code, found.rule))?,
    };
    Some(Solution { code, rule: rule.name().into() })
}
