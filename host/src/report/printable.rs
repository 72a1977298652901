use std::borrow::Cow;
use std::fmt::Write as _;

/// Untrusted text, fit for one line of a terminal.
///
/// Replaces by visible escapes what could move the cursor, change the terminal's state, reorder or hide
/// text: control characters (C0, DEL, C1), bidirectional controls, line and paragraph separators, invisible
/// spaces and tag characters. `\n`, `\r` and `\t` are escaped too: split lines first where they matter.
/// For reading only: an escape looks the same as a backslash that was in the text.
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            _ if !is_unsafe(character) => escaped.push(character),
            _ if u32::from(character) < 0x100 => push(&mut escaped, format_args!("\\x{:02x}", u32::from(character))),
            _ => push(&mut escaped, format_args!("\\u{{{:x}}}", u32::from(character))),
        }
    }
    Cow::Owned(escaped)
}

fn push(text: &mut String, escape: std::fmt::Arguments<'_>) {
    text.write_fmt(escape).expect("writing to a string never fails");
}

fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' // bidirectional
            | '\u{2028}' | '\u{2029}' // separators
            | '\u{ad}' | '\u{200b}' | '\u{2060}'..='\u{2064}' | '\u{206a}'..='\u{206f}' | '\u{feff}' // invisible
            | '\u{fff9}'..='\u{fffb}' // interlinear annotation
            | '\u{e0000}'..='\u{e007f}') // tags
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ordinary_text_of_any_script_is_borrowed_unchanged() {
        for text in ["", "qwen2.5-coder:1.5b", "naïve ∆ 模型 👩‍💻 שלום"] {
            assert!(matches!(printable(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    #[test]
    fn what_could_drive_a_terminal_becomes_visible() {
        assert_eq!(printable("a\x1b[2Jb\n\r\t\0\x07\x7f"), "a\\x1b[2Jb\\n\\r\\t\\x00\\x07\\x7f");
        assert_eq!(printable("\u{9b}31m\u{85}"), "\\x9b31m\\x85");
    }

    #[test]
    fn what_could_reorder_or_hide_text_becomes_visible() {
        assert_eq!(printable("a\u{202e}b\u{2066}\u{200f}\u{61c}"), "a\\u{202e}b\\u{2066}\\u{200f}\\u{61c}");
        assert_eq!(printable("\u{200b}\u{feff}\u{2028}\u{e0041}\u{ad}"), "\\u{200b}\\u{feff}\\u{2028}\\u{e0041}\\xad");
    }

    proptest! {
        #[test]
        fn the_result_is_one_line_without_control_characters(text in any::<String>()) {
            let shown = printable(&text);
            prop_assert!(!shown.contains(is_unsafe));
            prop_assert_eq!(printable(&shown), shown.as_ref());
        }
    }
}
