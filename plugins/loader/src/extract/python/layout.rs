//! Indentation.

use super::scan::{Scan, scan};
use super::statement::Statement;

/// How far white space indents, with tab stops every 8 columns as Python counts them.
pub(in crate::extract) fn indent_width(indent: &str) -> usize {
    indent.bytes().fold(0, |width, byte| if byte == b'\t' { (width / 8 + 1) * 8 } else { width + 1 })
}

/// Whether Python would accept the statements' indentation, from the first one's on.
fn is_consistent<'a>(statements: impl IntoIterator<Item = (usize, &'a Statement<'a>)>) -> bool {
    let mut levels: Vec<usize> = Vec::new();
    let mut opened = true;
    for (width, statement) in statements {
        let level = levels.last().copied();
        if opened {
            if level.is_some_and(|level| width <= level) {
                return false;
            }
            levels.push(width);
        } else {
            while levels.last().is_some_and(|level| *level > width) {
                levels.pop();
            }
            if levels.last() != Some(&width) {
                return false;
            }
        }
        opened = statement.opens_block();
    }
    true
}

/// The white space that all statements begin with.
fn common_indent<'a>(statements: &[Statement<'a>]) -> &'a str {
    let mut indents = statements.iter().map(|statement| statement.indent);
    let Some(first) = indents.next() else { return "" };
    indents.fold(first, |common, indent| {
        let same = common.bytes().zip(indent.bytes()).take_while(|(a, b)| a == b).count();
        &common[..same]
    })
}

/// `text` with the white space `old` at the beginning of lines replaced by `new`. Lines that begin inside
/// a string stay as they are, and so do blank lines and those that don't begin with `old`.
pub(in crate::extract) fn move_lines(text: &str, scan: &Scan<'_>, old: &str, new: &str) -> String {
    let mut fixed = scan.string_lines.iter().copied().peekable();
    let mut moved = String::with_capacity(text.len());
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let inside = fixed.next_if_eq(&offset).is_some();
        match line.strip_prefix(old) {
            Some(rest) if !inside && !line.trim().is_empty() => {
                moved.push_str(new);
                moved.push_str(rest);
            }
            _ => moved.push_str(line),
        }
        offset += line.len();
    }
    moved
}

/// `text` moved left until its leftmost statement stands in the first column; `None` when it stands there already.
///
/// Where the indentation makes sense only if the first line is moved to the leftmost other one, a client has
/// trimmed the text, and the first line is moved there.
pub(in crate::extract) fn dedent(text: &str) -> Option<String> {
    let scan = scan(text);
    match scan.statements.as_slice() {
        [first, rest @ ..] if was_trimmed(first, rest) => {
            let (start, end) = text.split_at(first.span.end);
            let end = move_lines(end, &super::scan(end), common_indent(rest), "");
            Some(move_lines(start, &scan, first.indent, "") + &end)
        }
        statements => match common_indent(statements) {
            "" => None,
            common => Some(move_lines(text, &scan, common, "")),
        },
    }
}

fn was_trimmed(first: &Statement<'_>, rest: &[Statement<'_>]) -> bool {
    let widths = || rest.iter().map(|statement| (indent_width(statement.indent), statement));
    let as_it_is = std::iter::once((indent_width(first.indent), first)).chain(widths());
    let moved = std::iter::once((indent_width(common_indent(rest)), first)).chain(widths());
    !is_consistent(as_it_is) && is_consistent(moved)
}
