use assay_api::Verdict;
use regex::{Regex, RegexBuilder};
use serde::Deserialize;

use super::{Ignored, exact, wrong};
use crate::score::outcome::failed;

/// How large a compiled pattern may be, in bytes.
const LARGEST: usize = 1 << 20;

/// A regular expression, as the crate `regex` has them: it is searched in time linear in the text.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct Pattern(Regex);

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let compiled = RegexBuilder::new(&text).size_limit(LARGEST).build();
        // The crate's message shows the pattern on lines of its own.
        let said = |error: regex::Error| error.to_string().lines().last().unwrap_or_default().trim().to_owned();
        compiled.map(Pattern).map_err(|error| format!("{text:?} is no pattern: {}", said(error)))
    }
}

/// Which of a pattern's matches counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Pick {
    /// The first one.
    #[default]
    First,
    /// The last one.
    Last,
}

/// The verdict where `pattern` is to be found in the answer and, where something is `expected`, what it found is to be one of
/// those texts, as in [`exact`]: its first group, where it has one, else the whole match.
///
/// A failure's cause is `text`.
#[must_use]
pub fn pattern(
    given: &str,
    pattern: &Pattern,
    pick: Pick,
    expected: Option<&[String]>,
    ignored: &[Ignored],
) -> Verdict {
    let mut matches = pattern.0.captures_iter(given);
    let found = match pick {
        Pick::First => matches.next(),
        Pick::Last => matches.last(),
    };
    let Some(found) = found else { return failed("text", "the pattern is not in the answer") };
    let part = found.get(1).or_else(|| found.get(0)).map_or("", |part| part.as_str());
    match expected {
        None => Verdict::Passed,
        Some(_) if part.trim().is_empty() => wrong(part),
        Some(expected) => exact(part, expected, ignored),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The filters of lm-evaluation-harness's gsm8k: strict and flexible.
    #[test]
    fn what_a_pattern_finds_is_compared() {
        let judge = |text: &str, given: &str, pick, expected: &str| {
            let compiled = Pattern::try_from(text.to_owned()).unwrap();
            pattern(given, &compiled, pick, Some(&[expected.to_owned()]), &[]).passed()
        };
        let (strict, flexible) = (r"#### (\-?[0-9\.\,]+)", r"(-?[$0-9.,]{2,})|(-?[0-9]+)");
        assert!(judge(strict, "She has 3.\n#### 18\n#### 5", Pick::First, "18"));
        assert!(!judge(strict, "She has 18.", Pick::First, "18"));
        assert!(judge(flexible, "12 and 7, so 18", Pick::Last, "18"));
        assert!(!judge(flexible, "12 and 7, so 18", Pick::First, "18"));
    }

    #[test]
    fn a_pattern_alone_is_to_be_found() {
        let yes = Pattern::try_from("(?i)^yes\\b".to_owned()).unwrap();
        assert!(pattern("Yes, it is", &yes, Pick::First, None, &[]).passed());
        assert!(!pattern("Oh yes", &yes, Pick::First, None, &[]).passed());
        assert!(Pattern::try_from("(".to_owned()).unwrap_err().contains("\"(\" is no pattern: "));
        assert!(Pattern::try_from("a{9999999}".to_owned()).is_err());
    }
}
