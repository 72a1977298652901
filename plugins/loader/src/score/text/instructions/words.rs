//! Words: as `\w+` counts them, and as NLTK 3.9.1's `word_tokenize` splits them.

use std::sync::LazyLock;

use regex::Regex;

use super::python::{is_space, is_word};
use super::sentences::sentences;

/// How many words there are: runs of letters, numbers and underscores.
pub(super) fn count(text: &str) -> usize {
    text.split(|c| !is_word(c)).filter(|word| !word.is_empty()).count()
}

/// `nltk.word_tokenize(text)`: words, with what is contracted apart, and punctuation.
pub(super) fn tokens(text: &str) -> Vec<String> {
    sentences(text).iter().flat_map(|sentence| of_sentence(sentence)).collect()
}

/// What is replaced by what, in this order: NLTK's `NLTKWordTokenizer`.
static OPENING: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    rules(&[("([«“‘„]|[`]+)", " $1 "), ("^\"", "``"), ("(``)", " $1 "), (r#"([ \(\[{<])("|'{2})"#, "$1 `` ")])
});

static PUNCTUATION: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    rules(&[
        (r#"([^.])(\.)([\])}>"'»”’ ]*)SPACE*$"#, "$1 $2 $3 "),
        (r"([:,])([^\d])", " $1 $2"),
        (r"([:,])(\n?)$", " $1 $2"),
        (r"\.{2,}", " $0 "),
        (r"[;@#$%&]", " $0 "),
        (r#"([^.])(\.)([\])}>"']*)SPACE*$"#, "$1 $2$3 "),
        (r"[?!]", " $0 "),
        ("([^'])' ", "$1 ' "),
        (r"[*]", " $0 "),
        (r"[\]\[(){}<>]", " $0 "),
        ("--", " -- "),
    ])
});

static CLOSING: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    rules(&[
        ("([»”’])", " $1 "),
        ("''", " '' "),
        ("\"", " '' "),
        ("SPACE+", " "),
        ("([^' ])('[sS]|'[mM]|'[dD]|') ", "$1 $2 "),
        ("([^' ])('ll|'LL|'re|'RE|'ve|'VE|n't|N'T) ", "$1 $2 "),
    ])
});

/// Contractions of two words, and what stands before and after them.
static CONTRACTIONS: LazyLock<Vec<Contraction>> = LazyLock::new(|| {
    let of = |first: &str, second: &str, before, after| Contraction {
        words: compiled(&format!("(?i)({first})({second})")),
        before,
        after,
    };
    let word = |first, second| of(first, second, Edge::Word, Edge::Word);
    vec![
        word("can", "not"),
        word("d", "'ye"),
        word("gim", "me"),
        word("gon", "na"),
        word("got", "ta"),
        word("lem", "me"),
        word("more", "'n"),
        of("wan", "na", Edge::Word, Edge::Space),
        of(" 't", "is", Edge::Any, Edge::Word),
        of(" 't", "was", Edge::Any, Edge::Word),
    ]
});

struct Rule {
    pattern: Regex,
    replacement: &'static str,
}

fn rules(all: &[(&str, &'static str)]) -> Vec<Rule> {
    let rule = |&(pattern, replacement): &(&str, &'static str)| Rule { pattern: compiled(pattern), replacement };
    all.iter().map(rule).collect()
}

fn compiled(pattern: &str) -> Regex {
    Regex::new(&pattern.replace("SPACE", super::python::SPACE)).expect("the patterns above are written correctly")
}

fn applied(rules: &[Rule], text: String) -> String {
    rules.iter().fold(text, |text, rule| rule.pattern.replace_all(&text, rule.replacement).into_owned())
}

fn of_sentence(sentence: &str) -> Vec<String> {
    let text = apart_from_single_letters(&applied(&OPENING, sentence.to_owned()));
    let text = format!(" {} ", applied(&PUNCTUATION, text));
    let text = CONTRACTIONS.iter().fold(applied(&CLOSING, text), |text, contraction| contraction.split(&text));
    text.split(is_space).filter(|token| !token.is_empty()).map(str::to_owned).collect()
}

/// `(?i)(')(?!re|ve|ll|m|t|s|d|n)(\w)\b` as `\1 \2`: a quote opens before a word of one letter, but contractions.
fn apart_from_single_letters(text: &str) -> String {
    let mut apart = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        apart.push(c);
        let mut after = rest.clone();
        let is_single = after.next().is_some_and(|letter| is_word(letter) && !is_contracted(letter))
            && !after.next().is_some_and(is_word);
        if c == '\'' && is_single {
            apart.push(' ');
        }
    }
    apart
}

/// A long s is one, too, where case is ignored.
fn is_contracted(letter: char) -> bool {
    matches!(letter.to_ascii_lowercase(), 'm' | 't' | 's' | 'd' | 'n' | '\u{17f}')
}

struct Contraction {
    words: Regex,
    before: Edge,
    after: Edge,
}

/// What stands beside a contraction.
#[derive(Clone, Copy)]
enum Edge {
    Any,
    /// What is no part of a word, or nothing.
    Word,
    Space,
}

impl Edge {
    fn allows(self, c: Option<char>) -> bool {
        match self {
            Edge::Any => true,
            Edge::Word => !c.is_some_and(is_word),
            Edge::Space => c.is_some_and(is_space),
        }
    }
}

impl Contraction {
    /// The text with the two words apart wherever they are contracted.
    fn split(&self, text: &str) -> String {
        let mut split = String::with_capacity(text.len());
        let mut done = 0;
        for found in self.words.captures_iter(text) {
            let (all, second) = (found.get_match(), found.get(2).map_or(0, |second| second.start()));
            let edges = (text[..all.start()].chars().next_back(), text[all.end()..].chars().next());
            if self.before.allows(edges.0) && self.after.allows(edges.1) {
                split.extend([
                    &text[done..all.start()],
                    " ",
                    &text[all.start()..second],
                    " ",
                    &text[second..all.end()],
                    " ",
                ]);
                done = all.end();
            }
        }
        split + &text[done..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What NLTK 3.9.1 gives, in Python 3.11.
    #[test]
    fn words_are_split_as_nltk_splits_them() {
        for (text, expected) in [
            ("I can't, but YOU'LL see: it's $3.88!", "I ca n't , but YOU 'LL see : it 's $ 3.88 !"),
            ("\"CANNOT\" (gonna) wanna... 'tis GOTTA", "`` CAN NOT '' ( gon na ) wan na ... 't is GOT TA"),
            ("He said 'A B' -- U.S.A. **BOLD**", "He said ' A B ' -- U.S.A. * * BOLD * *"),
        ] {
            assert_eq!(tokens(text).join(" "), expected, "{text}");
        }
        assert_eq!((count("a_b c-d 1.5"), count("\u{915}\u{93f} \u{e9}t\u{e9}"), count(" ?")), (5, 2, 0));
    }
}
