use std::io::{self, Write};

use super::number::count;
use super::{Role, Style, printable};

/// How many lines of a text are shown.
const LINES: usize = 200;

/// How many characters of a line are shown.
const LINE: usize = 2000;

/// Writes a heading and the beginning of an untrusted text, every line behind a bar, so that none can pass for ours.
/// What is left out is told.
pub(super) fn write_text(out: &mut impl Write, style: &Style, heading: &str, text: &str) -> io::Result<()> {
    writeln!(out, "\n{}", style.paint(Role::Strong, printable(heading)))?;
    let bar = style.glyph("│", "|");
    let mut lines = text.lines();
    for line in lines.by_ref().take(LINES) {
        // As a program's text has them, and harmless; their width is not worth a terminal's.
        let shown: String =
            line.chars().take(LINE).map(|c| if c == '\t' { "    ".into() } else { c.to_string() }).collect();
        let cut = if line.chars().nth(LINE).is_some() { style.glyph("…", "~") } else { "" };
        writeln!(out, "{} {}{cut}", style.paint(Role::Dim, bar), printable(&shown))?;
    }
    if text.is_empty() {
        writeln!(out, "{} {}", style.paint(Role::Dim, bar), style.paint(Role::Dim, "(empty)"))?;
    }
    match lines.count() {
        0 => Ok(()),
        more => {
            let told = format!("{} more lines; --json has all", count(more as u64));
            writeln!(out, "  {}", style.paint(Role::Dim, told))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let mut out = Vec::new();
        write_text(&mut out, &Style { color: false, width: 80, unicode: false }, "text", text).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_line_stands_behind_a_bar_without_control_characters() {
        assert_eq!(shown("a\r\n\tb\x1b[2J\n\nverdict"), "\ntext\n| a\n|     b\\x1b[2J\n| \n| verdict\n");
        assert_eq!(shown(""), "\ntext\n| (empty)\n");
    }

    #[test]
    fn long_texts_and_lines_are_cut_and_it_is_told() {
        let lines = shown(&"x\n".repeat(LINES + 5));
        assert!(lines.ends_with("| x\n  5 more lines; --json has all\n"), "{lines}");
        assert!(shown(&"y".repeat(LINE + 1)).ends_with("y~\n"));
    }
}
