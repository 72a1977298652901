//! What Python's `str` and `re` say of characters, where Rust says something else.

use std::sync::LazyLock;

use regex::Regex;

/// The class of white space in `re` and `str.strip`: Unicode's, and the separators of ASCII.
pub(super) const SPACE: &str = r"[\s\x1c-\x1f]";

/// Whether `str.isspace` says so.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\x1c'..='\x1f').contains(&c)
}

/// `str.strip()`.
pub(super) fn strip(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// Whether `\w` matches: letters, numbers of any kind and the underscore, and unlike in Rust no marks.
pub(super) fn is_word(c: char) -> bool {
    static WORD: LazyLock<Regex> = LazyLock::new(|| class(r"[\p{L}\p{N}_]"));
    if c.is_ascii() { c.is_ascii_alphanumeric() || c == '_' } else { matches(&WORD, c) }
}

/// Whether `\d` matches.
pub(super) fn is_digit(c: char) -> bool {
    static DIGIT: LazyLock<Regex> = LazyLock::new(|| class(r"\d"));
    if c.is_ascii() { c.is_ascii_digit() } else { matches(&DIGIT, c) }
}

/// `str.isupper()`: something has a case, and nothing is in lower or title case.
pub(super) fn is_upper(text: &str) -> bool {
    text.chars().any(char::is_uppercase) && !text.chars().any(|c| c.is_lowercase() || is_title(c))
}

/// `str.islower()`.
pub(super) fn is_lower(text: &str) -> bool {
    text.chars().any(char::is_lowercase) && !text.chars().any(|c| c.is_uppercase() || is_title(c))
}

/// Whether the character is in title case, as few are: `ǅ` and Greek capitals with an iota beside them.
fn is_title(c: char) -> bool {
    static TITLE: LazyLock<Regex> = LazyLock::new(|| class(r"\p{Lt}"));
    !c.is_ascii() && matches(&TITLE, c)
}

fn class(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the classes above are written correctly")
}

fn matches(class: &Regex, c: char) -> bool {
    class.is_match(c.encode_utf8(&mut [0; 4]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Python 3.11 says of each.
    #[test]
    fn characters_are_what_python_says() {
        assert_eq!(strip("\u{1f} \u{a0}x\u{200b}\u{2003}\n"), "x\u{200b}");
        for (c, word) in
            [('\u{e9}', true), ('\u{93f}', false), ('\u{301}', false), ('\u{b2}', true), ('\u{5b57}', true)]
        {
            assert_eq!(is_word(c), word, "{c}");
        }
        assert!(is_digit('\u{663}') && !is_digit('\u{b2}'));
        assert!(
            is_upper("A 1!") && !is_upper("1!") && !is_upper("Aa") && !is_upper("A\u{1c5}") && is_upper("\u{2160}")
        );
        assert!(is_lower("a 1!") && !is_lower("") && !is_lower("aA") && is_lower("\u{aa}") && !is_lower("a\u{1f88}"));
    }
}
