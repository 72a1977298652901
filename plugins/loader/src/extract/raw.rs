use assay_api::{Completion, CompletionKind, Solution};

use super::Rule;

/// The text exactly as the model wrote it, whatever it is. `None` means that there is nothing but white space.
///
/// The solution's rule is the name of a [`Rule`].
#[must_use]
pub fn raw(completion: &Completion) -> Option<Solution> {
    let rule = match completion.kind {
        CompletionKind::Program => Rule::Program,
        CompletionKind::Verbatim | CompletionKind::Continuation | CompletionKind::Reply => Rule::Verbatim,
    };
    let code = completion.text.clone();
    (!code.trim().is_empty()).then(|| Solution { code, rule: rule.name().into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_kept_and_nothing_is_no_answer() {
        let extract = |text: &str| raw(&Completion { text: text.into(), kind: CompletionKind::Reply });
        let text = "<think>x</think>\n```python\n1\n```\n";
        assert_eq!(extract(text).unwrap(), Solution { code: text.into(), rule: "verbatim".into() });
        assert_eq!(extract(" \n"), None);
    }
}
