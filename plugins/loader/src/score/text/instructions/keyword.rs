//! Words and marks that IFEval's data names, which are patterns there.

use regex::{Regex, RegexBuilder};
use serde::Deserialize;

use super::python::{SPACE, is_word, strip};

/// How large a compiled pattern may be, in bytes.
const LARGEST: usize = 1 << 20;

/// A word that is looked for in any case: a pattern, as the crate `regex` has them.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Keyword(Regex);

impl TryFrom<String> for Keyword {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        compiled(&with_one_i(strip(&text)), true).map(Keyword)
    }
}

impl Keyword {
    pub(super) fn is_in(&self, text: &str) -> bool {
        self.0.is_match(&with_one_i(text))
    }

    /// How often it occurs, also in words.
    pub(super) fn count(&self, text: &str) -> usize {
        self.0.find_iter(&with_one_i(text)).count()
    }

    /// Whether it occurs between Python's `\b`.
    pub(super) fn is_word_in(&self, text: &str) -> bool {
        let text = with_one_i(text);
        let mut start = 0;
        while let Some(found) = self.0.find_at(&text, start) {
            if is_boundary(&text, found.start()) && is_boundary(&text, found.end()) {
                return true;
            }
            let Some(c) = text[found.start()..].chars().next() else { return false };
            start = found.start() + c.len_utf8();
        }
        false
    }
}

/// A word that numbered sections begin with: `\s?` before it, `\s?\d+\s?` after it.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Splitter(Regex);

impl TryFrom<String> for Splitter {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let text = strip(&text);
        compiled(text, false)?;
        compiled(&format!(r"{SPACE}?{text}{SPACE}?\d+{SPACE}?"), false).map(Splitter)
    }
}

impl Splitter {
    /// How many sections there are.
    pub(super) fn count(&self, text: &str) -> usize {
        self.0.find_iter(text).count()
    }
}

fn compiled(pattern: &str, ignore_case: bool) -> Result<Regex, String> {
    let built = RegexBuilder::new(pattern).case_insensitive(ignore_case).size_limit(LARGEST).build();
    built.map_err(|_| format!("{pattern:?} is no pattern"))
}

/// Where case is ignored, Python takes Turkish i with and without a dot for i too, unlike the crate.
fn with_one_i(text: &str) -> String {
    text.replace(['\u{130}', '\u{131}'], "i")
}

fn is_boundary(text: &str, at: usize) -> bool {
    let [before, after] = [text[..at].chars().next_back(), text[at..].chars().next()].map(|c| c.is_some_and(is_word));
    before != after
}
