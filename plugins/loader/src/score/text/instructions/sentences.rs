//! Sentences as NLTK 3.9.1 finds them in English: Punkt, by Kiss and Strunk (2006). The sections named are their article's.

use super::python::{is_digit, is_space, is_word};
use super::tokens::{self, Token};

/// What may end a sentence.
const ENDS: [char; 3] = ['.', '?', '!'];

/// The white space of `string.whitespace`.
const ASCII_SPACE: [char; 6] = [' ', '\t', '\n', '\r', '\x0b', '\x0c'];

/// The sentences of `text`, in its order, without the white space between them.
pub(super) fn sentences(text: &str) -> Vec<String> {
    let text: Vec<char> = text.chars().collect();
    let mut found: Vec<String> = Vec::new();
    let mut skipped = 0;
    let pieces = pieces(&text);
    for (index, &(start, end)) in pieces.iter().enumerate() {
        let start = start + skipped;
        skipped = 0;
        let Some(&(next, next_end)) = pieces.get(index + 1) else {
            found.extend(nonempty(&text, start, end));
            break;
        };
        // Quotes and brackets that close after the end belong to what they close.
        match closing(&text[next..next_end.max(next)]) {
            Some((shown, all)) => {
                found.push(text[start.min(next + shown)..next + shown].iter().collect());
                skipped = all;
            }
            None => found.extend(nonempty(&text, start, end)),
        }
    }
    found
}

fn nonempty(text: &[char], start: usize, end: usize) -> Option<String> {
    (start < end).then(|| text[start..end].iter().collect())
}

/// From where to where each sentence goes, before what closes it.
fn pieces(text: &[char]) -> Vec<(usize, usize)> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for end in candidates(text) {
        if has_break(&end.context(text)) {
            pieces.push((start, end.at + 1));
            start = end.next.map_or(end.at + 1, |(next, _)| next);
        }
    }
    let stripped = text.iter().rposition(|c| !is_space(*c)).map_or(0, |last| last + 1);
    pieces.push((start, stripped));
    pieces
}

/// A character that may end a sentence.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    at: usize,
    /// Where the word that it ends begins.
    word: usize,
    /// From where to where the word after it goes; `None` where punctuation is next to it.
    next: Option<(usize, usize)>,
}

impl Candidate {
    /// The word and what comes after it.
    fn context(&self, text: &[char]) -> Vec<char> {
        text[self.word..self.next.map_or(self.at + 2, |(_, end)| end)].to_vec()
    }
}

/// Where sentences may end: of several ends in a row the last.
fn candidates(text: &[char]) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    let mut last: Option<Candidate> = None;
    // Where the last word but its end ended.
    let mut searched = 0;
    for at in (0..text.len()).filter(|at| ENDS.contains(&text[*at])) {
        let Some(next) = after(text, at + 1) else { continue };
        let space = text[searched..at].iter().rposition(|c| ASCII_SPACE.contains(c)).unwrap_or(0);
        let word = if space == 0 { last.map_or(0, |last| last.word) } else { searched + space + 1 };
        if let Some(last) = last.filter(|last| last.at <= word) {
            found.push(last);
        }
        last = Some(Candidate { at, word, next });
        searched = at;
    }
    found.extend(last);
    found
}

/// What follows an end of a sentence: punctuation, or space and a word, whose place it then gives.
fn after(text: &[char], at: usize) -> Option<Option<(usize, usize)>> {
    if text.get(at).is_some_and(|c| tokens::is_no_word(*c)) {
        return Some(None);
    }
    let start = at + text[at.min(text.len())..].iter().position(|c| !is_space(*c))?;
    let length = text[start..].iter().position(|c| is_space(*c));
    (start > at).then(|| Some((start, length.map_or(text.len(), |length| start + length))))
}

/// How much of `text` closes the sentence before it: without the white space after it, and with that.
fn closing(text: &[char]) -> Option<(usize, usize)> {
    let marks = text.iter().take_while(|c| matches!(c, '"' | '\'' | ')' | ']' | '}')).count();
    (1..=marks).find_map(|count| {
        let rest = &text[count..];
        let spaces = rest.iter().take_while(|c| is_space(**c)).count();
        let ends = spaces > 0 || rest.is_empty() || rest.starts_with(&['-', '-']);
        ends.then_some((count, count + spaces))
    })
}

/// Whether a sentence ends in `context` before its last word.
fn has_break(context: &[char]) -> bool {
    let mut marked: Vec<Marked> =
        context.split(|c| *c == '\n').flat_map(tokens::tokens).map(|token| Marked::new(Token::new(token))).collect();
    for index in 1..marked.len() {
        let (first, second) = marked.split_at_mut(index);
        first[index - 1].decide(&second[0]);
    }
    let count = marked.len();
    marked.iter().take(count.saturating_sub(1)).any(|token| token.breaks)
}

/// A token, and what is thought of it.
struct Marked {
    token: Token,
    breaks: bool,
    is_abbreviation: bool,
    is_ellipsis: bool,
}

impl Marked {
    /// By the token's type alone.
    fn new(token: Token) -> Self {
        let text = token.text.as_str();
        let is_end = text.chars().count() == 1 && text.starts_with(ENDS);
        let is_ellipsis = !is_end && text.len() > 1 && text.bytes().all(|b| b == b'.');
        let ends = !is_end && !is_ellipsis && text.ends_with('.') && !text.ends_with("..");
        let is_abbreviation = ends && token.is_known_abbreviation();
        Marked { breaks: is_end || (ends && !is_abbreviation), is_abbreviation, is_ellipsis, token }
    }

    /// The type, without the period of a sentence.
    fn kind(&self) -> &str {
        if self.breaks { self.token.kind_without_period() } else { &self.token.kind }
    }

    /// By the token that follows (section 4).
    fn decide(&mut self, next: &Marked) {
        if !self.token.text.ends_with('.') {
            return;
        }
        let kind = self.token.kind_without_period();
        let initial = is_initial(&self.token.text);
        if tokens::is_collocation(kind, next.kind()) {
            self.breaks = false;
            return;
        }
        let starts = next.starts_sentence();
        let is_capitalised = next.token.first().is_uppercase();
        if (self.is_abbreviation || self.is_ellipsis)
            && !initial
            && (starts == Some(true) || is_capitalised && tokens::is_sentence_starter(next.kind()))
        {
            self.breaks = true;
            return;
        }
        if initial || kind == tokens::NUMBER {
            let never_lower = || !tokens::occurs(next.kind(), tokens::LOWER);
            let is_name = || starts.is_none() && initial && is_capitalised && never_lower();
            if starts == Some(false) || is_name() {
                self.breaks = false;
            }
        }
    }

    /// Whether a sentence begins with it, by where and in which case it occurs elsewhere (4.1.1); `None` where that says nothing.
    fn starts_sentence(&self) -> Option<bool> {
        if matches!(self.token.text.as_str(), ";" | ":" | "," | "." | "!" | "?") {
            return Some(false);
        }
        let (first, kind) = (self.token.first(), self.kind());
        if first.is_uppercase() && tokens::occurs(kind, tokens::LOWER) && !tokens::occurs(kind, tokens::INSIDE_UPPER) {
            return Some(true);
        }
        let never_starts_lower = || !tokens::occurs(kind, tokens::START_LOWER);
        let is_inside = first.is_lowercase() && (tokens::occurs(kind, tokens::UPPER) || never_starts_lower());
        is_inside.then_some(false)
    }
}

/// Whether it is a letter and a period.
fn is_initial(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| is_word(c) && !is_digit(c)) && chars.as_str() == "."
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What NLTK 3.9.1 finds, in Python 3.11.
    #[test]
    fn sentences_are_those_that_nltk_finds() {
        for (text, found) in [
            ("", &[][..]),
            ("One. Two! Three?", &["One.", "Two!", "Three?"]),
            ("Dr. Smith met J. S. Bach. He left.", &["Dr. Smith met J. S. Bach.", "He left."]),
            ("Wait... What? (Yes.) \"No.\" So", &["Wait... What?", "(Yes.)", "\"No.\"", "So"]),
            ("1. First\n2. second. U.S. today", &["1.", "First\n2. second.", "U.S. today"]),
            ("No!!! Yes. \n\n* a. b", &["No!!!", "Yes.", "* a. b"]),
        ] {
            assert_eq!(sentences(text), found, "{text}");
        }
    }
}
