//! Lines that agree but for how far all of them are indented.

/// The lines without the white space at their beginnings that all of them have, of both lists, blank ones aside.
pub(super) fn outdented(search: &[&str], replace: &[&str]) -> (Vec<String>, Vec<String>) {
    let full = search.iter().chain(replace).filter(|line| !line.trim().is_empty());
    let common = full.map(|line| spaces(line)).min().unwrap_or(0);
    let outdent = |lines: &[&str]| -> Vec<String> {
        lines
            .iter()
            .map(|line| if line.trim().is_empty() { (*line).to_owned() } else { line.chars().skip(common).collect() })
            .collect()
    };
    (outdent(search), outdent(replace))
}

/// How many characters of white space a line begins with.
fn spaces(line: &str) -> usize {
    line.chars().take_while(|c| c.is_whitespace()).count()
}

/// What stands before each of `lines` and not before those of `part`; `None` where they differ otherwise.
pub(super) fn added(lines: &[String], part: &[String]) -> Option<String> {
    let mut added: Option<&str> = None;
    for (line, part) in lines.iter().zip(part) {
        if line.trim_start() != part.trim_start() {
            return None;
        }
        if line.trim().is_empty() {
            continue;
        }
        let before = line.strip_suffix(part.as_str())?;
        if added.is_some_and(|added| added != before) {
            return None;
        }
        added = Some(before);
    }
    added.map(str::to_owned)
}

/// `line` with `added` before it, unless it is blank.
pub(super) fn indented(added: &str, line: &str) -> String {
    if line.trim().is_empty() { line.to_owned() } else { format!("{added}{line}") }
}
