use assay_api::Outcome;

use super::Case;

/// The longest text that is told whole, in characters.
const MAX_CHARS: usize = 300;

/// The test case by which an answer failed, for a model that is to repair it. Of long texts the middle is left out, as
/// LiveCodeBench leaves it out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedCase {
    /// The standard input.
    pub input: String,
    /// What the program wrote to standard output.
    pub printed: String,
    /// What it should have written.
    pub expected: String,
}

impl FailedCase {
    /// The one of `cases` that the last of `outcomes` is of: by that an answer fails that does not pass.
    #[must_use]
    pub fn of(cases: &[Case], outcomes: &[Outcome]) -> Option<Self> {
        let last = outcomes.len().checked_sub(1)?;
        let (case, outcome) = (cases.get(last)?, outcomes.get(last)?);
        Some(FailedCase { input: cut(&case.input), printed: cut(&outcome.stdout.text()), expected: cut(&case.output) })
    }
}

fn cut(text: &str) -> String {
    let half = |skipped: usize| text.char_indices().nth(skipped).map_or(text.len(), |(at, _)| at);
    let chars = text.chars().count();
    if chars <= MAX_CHARS {
        return text.to_owned();
    }
    format!("{}...(truncated) ...{}", &text[..half(MAX_CHARS / 2)], &text[half(chars - MAX_CHARS / 2)..])
}

#[cfg(test)]
mod tests {
    use assay_api::Captured;

    use super::*;

    fn printed(text: &str) -> Outcome {
        Outcome { stdout: Captured { bytes: text.into(), truncated: false }, ..Outcome::infra("") }
    }

    #[test]
    fn the_last_outcome_is_of_the_case_that_failed() {
        let cases = [("1", "2"), ("3", "4")].map(|(input, output)| Case { input: input.into(), output: output.into() });
        let failed = FailedCase::of(&cases, &[printed("2"), printed("5\n")]).unwrap();
        assert_eq!((failed.input, failed.printed, failed.expected), ("3".into(), "5\n".into(), "4".into()));
        assert_eq!(FailedCase::of(&cases, &[]), None);
    }

    #[test]
    fn of_a_long_text_the_middle_is_left_out() {
        assert_eq!(cut(&"é".repeat(300)), "é".repeat(300));
        let cut = cut(&("a".repeat(200) + &"é".repeat(200)));
        assert_eq!(cut, "a".repeat(150) + "...(truncated) ..." + &"é".repeat(150));
    }
}
