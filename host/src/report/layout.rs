use std::io::{self, Write};

use unicode_width::UnicodeWidthChar;

use super::{Role, Style};

/// How many columns a text takes, counted character by character as terminals do.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(|character| character.width().unwrap_or(0)).sum()
}

/// Writes pieces two columns apart on one line. A piece that does not fit ends the line; a first one is cut.
pub(super) fn write_line(
    out: &mut impl Write,
    style: &Style,
    indent: usize,
    pieces: &[(Role, String)],
) -> io::Result<()> {
    let mut taken = 0;
    for (role, text) in pieces {
        if text.is_empty() {
            continue;
        }
        let gap = if taken == 0 { indent } else { 2 };
        let room = style.columns().saturating_sub(taken + gap);
        if taken > 0 && columns(text.trim_end()) > room {
            break;
        }
        let text = fit(text, room, style);
        write!(out, "{:gap$}{}", "", style.paint(*role, &text))?;
        taken += gap + columns(&text);
    }
    writeln!(out)
}

/// Writes a label and a text beside it that may take several lines.
pub(super) fn write_labelled(
    out: &mut impl Write,
    style: &Style,
    indent: usize,
    (label_role, label): (Role, &str),
    (role, text): (Role, &str),
) -> io::Result<()> {
    let hang = indent + columns(label) + 1;
    for (i, line) in wrap(text, style.columns().saturating_sub(hang)).iter().enumerate() {
        match i {
            0 => write!(out, "{:indent$}{} ", "", style.paint(label_role, label))?,
            _ => write!(out, "{:hang$}", "")?,
        }
        writeln!(out, "{}", style.paint(role, line))?;
    }
    Ok(())
}

/// The text cut to `width` columns; what is cut shows as an ellipsis.
pub(super) fn fit(text: &str, width: usize, style: &Style) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let mark = style.glyph("…", "~");
    let mut kept = prefix(text, width.saturating_sub(columns(mark))).to_owned();
    if width > 0 {
        kept.push_str(mark);
    }
    kept
}

/// The text in lines of at most `width` columns, broken at spaces, or inside words that are longer than a line.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(2);
    let mut lines = vec![String::new()];
    for mut word in text.split(' ') {
        let mut line = lines.pop().unwrap_or_default();
        let gap = usize::from(!line.is_empty());
        if columns(&line) + gap + columns(word) <= width {
            line.push_str(&" ".repeat(gap));
            line.push_str(word);
            lines.push(line);
            continue;
        }
        if !line.is_empty() {
            lines.push(line);
        }
        while columns(word) > width {
            let head = prefix(word, width);
            lines.push(head.to_owned());
            word = &word[head.len()..];
        }
        lines.push(word.to_owned());
    }
    lines
}

/// The longest beginning that takes at most `width` columns.
fn prefix(text: &str, width: usize) -> &str {
    let mut taken = 0;
    let end = text.char_indices().find(|(_, character)| {
        taken += character.width().unwrap_or(0);
        taken > width
    });
    &text[..end.map_or(text.len(), |(at, _)| at)]
}

/// How wide a graph is that follows `taken` columns on its line: at most 40, nothing rather than a stump.
pub(super) fn graph_columns(taken: usize, style: &Style) -> usize {
    match style.columns().saturating_sub(taken + 2).min(40) {
        room if room < 8 => 0,
        room => room,
    }
}

/// A bar that fills `share` of `width` columns, rounded to an eighth; anything above nothing shows.
pub(super) fn bar(share: f64, width: usize, style: &Style) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let share = share.clamp(0.0, 1.0);
    if !style.unicode {
        let filled = (share * width as f64).round() as usize;
        return "#".repeat(filled.max(usize::from(share > 0.0 && width > 0)));
    }
    let eighths = ((share * width as f64 * 8.0).round() as usize).max(usize::from(share > 0.0 && width > 0));
    format!("{}{}", "█".repeat(eighths / 8), EIGHTHS[eighths % 8])
}

/// Where an interval and its estimate lie between 0 and 1, on `width` columns.
pub(super) fn gauge(value: f64, low: f64, high: f64, width: usize, style: &Style) -> String {
    let cell = |share: f64| ((share.clamp(0.0, 1.0) * width as f64) as usize).min(width.saturating_sub(1));
    let glyph = |at: usize| match at {
        _ if at == cell(value) => style.glyph("●", "o"),
        _ if (cell(low)..=cell(high)).contains(&at) => style.glyph("━", "="),
        _ => style.glyph("·", "."),
    };
    (0..width).map(glyph).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const UNICODE: Style = Style { color: false, width: 80, unicode: true };
    const ASCII: Style = Style { color: false, width: 80, unicode: false };

    #[test]
    fn a_cut_text_ends_in_an_ellipsis() {
        assert_eq!(fit("abcdef", 6, &UNICODE), "abcdef");
        assert_eq!(fit("abcdef", 4, &UNICODE), "abc…");
        assert_eq!(fit("模型模型", 4, &ASCII), "模~");
        assert_eq!(fit("abc", 0, &ASCII), "");
    }

    #[test]
    fn text_breaks_at_spaces_and_long_words_inside() {
        assert_eq!(wrap("raise the limit", 9), ["raise the", "limit"]);
        assert_eq!(wrap("a abcdefgh b", 3), ["a", "abc", "def", "gh", "b"]);
        assert_eq!(wrap("", 10), [""]);
    }

    #[test]
    fn bars_and_gauges_show_shares() {
        assert_eq!(bar(0.5, 4, &UNICODE), "██");
        assert_eq!(bar(0.001, 4, &UNICODE), "▏");
        assert_eq!(bar(0.001, 4, &ASCII), "#");
        assert_eq!(bar(0.0, 4, &UNICODE), "");
        assert_eq!((bar(1.0, 0, &ASCII), bar(1.0, 0, &UNICODE)), (String::new(), String::new()));
        assert_eq!(gauge(0.5, 0.3, 0.7, 10, &ASCII), "...==o==..");
        assert_eq!(gauge(1.0, 0.9, 1.0, 10, &ASCII), ".........o");
        assert_eq!(gauge(1.0, 0.9, 1.0, 0, &ASCII), "");
    }

    proptest! {
        #[test]
        fn nothing_is_wider_than_it_may_be(text in ".{0,60}", width in 2usize..30) {
            let text = super::super::printable(&text);
            prop_assert!(columns(&fit(&text, width, &UNICODE)) <= width);
            let lines = wrap(&text, width);
            prop_assert!(lines.iter().all(|line| columns(line) <= width), "{:?}", lines);
            let without_spaces = |text: &str| text.replace(' ', "");
            prop_assert_eq!(without_spaces(&lines.concat()), without_spaces(&text));
        }
    }
}
