/// The longest detail of a failure, in characters.
const MAX_CHARS: usize = 240;

/// `text` as one bounded line without control characters: reports show it as it is.
pub(super) fn one_line(text: &str) -> String {
    let mut line = String::new();
    // Runs of white space count once, so what is looked at may be a little longer than what is kept.
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > MAX_CHARS * 4 {
            break;
        }
    }
    match line.char_indices().nth(MAX_CHARS) {
        None => line,
        Some((end, _)) => {
            line.truncate(end);
            line.push('…');
            line
        }
    }
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn control_characters_and_line_breaks_become_spaces() {
        assert_eq!(one_line("a\n\tb \u{1b}[31mred\u{7f}"), "a b [31mred");
    }

    #[test]
    fn a_long_text_ends_with_an_ellipsis() {
        let line = one_line(&"é".repeat(1_000_000));
        assert_eq!(line.chars().count(), 241);
        assert!(line.ends_with('…'));
    }
}
