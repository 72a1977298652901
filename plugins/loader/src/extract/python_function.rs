use assay_api::{Completion, CompletionKind, Solution};

use super::Rule;

/// stub for the first whole path
pub fn python_function(prompt: &str, _entry_point: &str, completion: &Completion) -> Option<Solution> {
    let (code, rule) = match completion.kind {
        CompletionKind::Program => (completion.text.clone(), Rule::Program),
        _ => (format!("{prompt}{}", completion.text), Rule::Verbatim),
    };
    Some(Solution { code, rule: rule.name().into() })
}
