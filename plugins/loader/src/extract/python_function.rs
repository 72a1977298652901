use assay_api::{Completion, CompletionKind, Solution};

use super::python::last_function;
use super::{Rule, continuation, reply};

/// The code in a completion of a benchmark whose tasks are Python functions to complete.
///
/// `prompt` is the task's prompt: imports, helpers, and at its end the signature and docstring of the function
/// `entry_point`; where that is not given, it is the last function that the prompt begins. `None` means that the
/// completion holds no code.
///
/// It takes time linear in the text, never fails, and keeps code that would have run as it is. The solution's
/// rule is the name of a [`Rule`].
#[must_use]
pub fn python_function(prompt: &str, entry_point: Option<&str>, completion: &Completion) -> Option<Solution> {
    let entry_point = entry_point.or_else(|| last_function(prompt)).unwrap_or_default();
    let text = completion.text.as_str();
    let (code, rule) = match completion.kind {
        CompletionKind::Verbatim => (format!("{prompt}{text}"), Rule::Verbatim),
        CompletionKind::Program => (text.to_owned(), Rule::Program),
        CompletionKind::Continuation => continuation::find(prompt, entry_point, text)?,
        CompletionKind::Reply => reply::find(prompt, entry_point, text).map(|found| (found.code, found.rule))?,
    };
    Some(Solution { code, rule: rule.name().into() })
}
