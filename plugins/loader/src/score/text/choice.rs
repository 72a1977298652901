use std::sync::LazyLock;

use assay_api::Verdict;
use regex::Regex;

use super::wrong;

/// The letters that a task's choices have, from A.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Letters(u8);

impl Letters {
    /// As many letters as there are choices, from one to 26.
    #[must_use]
    pub fn new(count: usize) -> Option<Self> {
        u8::try_from(count).ok().filter(|count| (1..=26).contains(count)).map(Letters)
    }

    /// The letter of a choice, from 0.
    #[must_use]
    pub fn nth(self, index: usize) -> Option<char> {
        let index = u8::try_from(index).ok().filter(|index| *index < self.0)?;
        Some(char::from(b'A' + index))
    }

    fn has(self, letter: char) -> bool {
        letter.is_ascii_uppercase() && (letter as u8) < b'A' + self.0
    }
}

static ALONE: LazyLock<Regex> = LazyLock::new(|| compiled(r"^[\s(*]*([A-Za-z])[\s).:*]*$"));
static IS: LazyLock<Regex> = LazyLock::new(|| compiled(r"answer is \(?([A-Z])\)?"));
static WORD: LazyLock<Regex> = LazyLock::new(|| compiled(r"\b([A-Z])\b"));

fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).expect("it is a pattern, as tests say")
}

/// The verdict where the answer is to name the choice with the letter `right`.
///
/// What an answer names is a letter that is all of it, in either case; else what MMLU-Pro's rules find
/// (`compute_accuracy.py` of TIGER-AI-Lab/MMLU-Pro): the letter after the first "answer is"; else after the last "answer:" of the
/// first line that has one; else the last letter that stands alone.
///
/// A failure's cause is `text`.
#[must_use]
pub fn choice(given: &str, letters: Letters, right: char) -> Verdict {
    let named = named(given, letters);
    if named == Some(right) {
        return Verdict::Passed;
    }
    wrong(&named.map_or_else(|| given.to_owned(), String::from))
}

fn named(text: &str, letters: Letters) -> Option<char> {
    let found = |captures: regex::Captures<'_>| captures.get(1)?.as_str().chars().next();
    let of = |pattern: &Regex, text: &str| pattern.captures_iter(text).filter_map(found).find(|c| letters.has(*c));
    let last =
        |pattern: &Regex, text: &str| pattern.captures_iter(text).filter_map(found).filter(|c| letters.has(*c)).last();
    let alone = || ALONE.captures(text).and_then(found).map(|c| c.to_ascii_uppercase()).filter(|c| letters.has(*c));
    alone().or_else(|| of(&IS, text)).or_else(|| after_colon(text, letters)).or_else(|| last(&WORD, text))
}

/// What `.*[aA]nswer:\s*([A-J])` finds: it takes as much of a line as it can, but may go on to the next one for the letter.
fn after_colon(text: &str, letters: Letters) -> Option<char> {
    const WORD: &str = "nswer:";
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let begins = |at: usize| line[..at].ends_with(['a', 'A']);
        let letter =
            |at: usize| text[start + at + WORD.len()..].trim_start().chars().next().filter(|c| letters.has(*c));
        let all: Vec<usize> = line.match_indices(WORD).map(|(at, _)| at).filter(|at| begins(*at)).collect();
        if let Some(found) = all.into_iter().rev().find_map(letter) {
            return Some(found);
        }
        start += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// But for the first four, the letters that MMLU-Pro's `extract_answer` found, in Python 3.11.
    #[test]
    fn the_letter_that_an_answer_names_is_found() {
        let ten = Letters::new(10).unwrap();
        for (text, letter) in [
            ("b", Some('B')),
            (" (C) \n", Some('C')),
            ("**D**.", Some('D')),
            ("", None),
            ("The answer is (C). Not A.", Some('C')),
            ("So the answer is B, and the answer is C", Some('B')),
            ("Answer: D\nAnswer: E", Some('D')),
            ("answer: A or answer: B", Some('B')),
            ("Final Answer:\n\nF", Some('F')),
            ("Both A and G fit, so G", Some('G')),
            ("I think H.", Some('H')),
            ("The answer is obvious: J", Some('J')),
            ("Answer:\nx Answer: C answer:\nD", Some('D')),
            ("Answer: Answer: B", Some('B')),
            ("answer is Answer: Banana", Some('A')),
            ("The answer is Z. Answer: Y", None),
            ("no idea", None),
        ] {
            assert_eq!(named(text, ten), letter, "{text}");
        }
        assert_eq!(named("The answer is (E)", Letters::new(4).unwrap()), None);
        assert_eq!((Letters::new(0), Letters::new(27)), (None, None));
        assert_eq!((ten.nth(9), ten.nth(10)), (Some('J'), None));
    }
}
