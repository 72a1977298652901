//! The tokens that sentence boundaries are found by, and what is known of words: the parameters in `punkt/`.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::python::{is_digit, is_space};

/// The type that all numbers have.
pub(super) const NUMBER: &str = "##number##";

/// In the middle of a sentence with a capital.
pub(super) const INSIDE_UPPER: u8 = 1 << 2;
/// At the beginning of a sentence without a capital.
pub(super) const START_LOWER: u8 = 1 << 4;
/// Anywhere with a capital: at the beginning, in the middle, or who knows where.
pub(super) const UPPER: u8 = 1 << 1 | INSIDE_UPPER | 1 << 3;
/// Anywhere without a capital.
pub(super) const LOWER: u8 = START_LOWER | 1 << 5 | 1 << 6;

static ABBREVIATIONS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("punkt/abbrev_types.txt").lines().collect());

static STARTERS: LazyLock<HashSet<&str>> = LazyLock::new(|| include_str!("punkt/sent_starters.txt").lines().collect());

static COLLOCATIONS: LazyLock<HashSet<(&str, &str)>> =
    LazyLock::new(|| include_str!("punkt/collocations.tab").lines().filter_map(|line| line.split_once('\t')).collect());

static ORTHOGRAPHY: LazyLock<HashMap<&str, u8>> = LazyLock::new(|| {
    let lines = include_str!("punkt/ortho_context.tab").lines().filter_map(|line| line.split_once('\t'));
    lines.filter_map(|(word, flags)| Some((word, flags.parse().ok()?))).collect()
});

/// Whether words of these types are known to stand together, with a period after the first that ends no sentence.
pub(super) fn is_collocation(first: &str, second: &str) -> bool {
    COLLOCATIONS.contains(&(first, second))
}

/// Whether words of this type often begin sentences.
pub(super) fn is_sentence_starter(kind: &str) -> bool {
    STARTERS.contains(kind)
}

/// Whether words of this type occur in one of the ways that `flags` has.
pub(super) fn occurs(kind: &str, flags: u8) -> bool {
    ORTHOGRAPHY.get(kind).is_some_and(|known| known & flags != 0)
}

/// Whether the character is no part of a word, and may stand right after the end of a sentence.
pub(super) fn is_no_word(c: char) -> bool {
    matches!(c, ')' | '"' | ';' | '}' | ']' | '*' | ':' | '@' | '\'' | '(' | '{' | '[' | '?' | '!')
}

/// A token with its type.
pub(super) struct Token {
    pub(super) text: String,
    /// The token in lower case; [`NUMBER`] for numbers.
    pub(super) kind: String,
}

impl Token {
    /// Of a text that is not empty.
    pub(super) fn new(text: String) -> Self {
        let lower = text.to_lowercase();
        let kind = if is_number(&lower) { NUMBER.to_owned() } else { lower };
        Token { text, kind }
    }

    pub(super) fn first(&self) -> char {
        self.text.chars().next().expect("tokens are not empty")
    }

    /// The type without a period at its end, where that is not all of it.
    pub(super) fn kind_without_period(&self) -> &str {
        self.kind.strip_suffix('.').filter(|kind| !kind.is_empty()).unwrap_or(&self.kind)
    }

    /// Whether the token, which ends in a period, is an abbreviation, or its last part is.
    pub(super) fn is_known_abbreviation(&self) -> bool {
        let word = self.text.strip_suffix('.').unwrap_or(&self.text).to_lowercase();
        ABBREVIATIONS.contains(word.as_str())
            || word.rsplit('-').next().is_some_and(|part| ABBREVIATIONS.contains(part))
    }
}

/// `^-?[\.,]?\d[\d,\.-]*\.?$`
fn is_number(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let text = text.strip_prefix(['.', ',']).unwrap_or(text);
    text.starts_with(is_digit) && text.chars().all(|c| is_digit(c) || matches!(c, ',' | '.' | '-'))
}

/// The tokens of a line: words with the period after them, and other punctuation.
pub(super) fn tokens(line: &[char]) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < line.len() {
        let length = multi(line, at).or_else(|| word(line, at)).unwrap_or(1);
        if !is_space(line[at]) {
            tokens.push(line[at..at + length].iter().collect());
        }
        at += length;
    }
    tokens
}

/// How long the dash or ellipsis of several characters at `at` is: `\-{2,}|\.{2,}|(?:\.\s){2,}\.`.
fn multi(line: &[char], at: usize) -> Option<usize> {
    let run = |of: char| line[at..].iter().take_while(|c| **c == of).count();
    if let Some(length) = [run('-'), run('.')].into_iter().find(|length| *length > 1) {
        return Some(length);
    }
    let spaced = line[at..].chunks_exact(2).take_while(|pair| pair[0] == '.' && is_space(pair[1])).count();
    // The last period needs no space after it, but may have one.
    let last = |count: usize| line.get(at + 2 * count) == Some(&'.');
    (2..=spaced).rev().find(|count| last(*count)).map(|count| 2 * count + 1)
}

/// How long the word at `at` is.
fn word(line: &[char], at: usize) -> Option<usize> {
    let begins = !matches!(
        line[at],
        '(' | '"' | '`' | '{' | '[' | ':' | ';' | '&' | '#' | '*' | '@' | ')' | '}' | ']' | '-' | ','
    );
    if !begins || is_space(line[at]) {
        return None;
    }
    let ends = |at: usize| line.get(at).is_none_or(|c| is_space(*c) || is_no_word(*c)) || multi(line, at).is_some();
    (at + 1..=line.len()).find(|end| ends(*end) || line[*end] == ',' && ends(end + 1)).map(|end| end - at)
}
