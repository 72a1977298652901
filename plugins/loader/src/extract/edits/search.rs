//! Replacing the lines that a block searches for, as aider's `replace_most_similar_chunk` does.

use super::dots;
use super::indentation::{added, indented, outdented};

/// `lines` with those that `search` has replaced by those of `replace`; `None` where they are not there, or nothing would be left.
///
/// They are looked for as they are; then but for how far all of them are indented; then without a blank line before them; then
/// piece by piece between lines of `...`.
pub(super) fn replaced(lines: &[String], search: &[&str], replace: &[&str]) -> Option<Vec<String>> {
    let found = exactly_or_indented(lines, search, replace).or_else(|| {
        let (first, rest) = search.split_first()?;
        let is_spurious = search.len() > 2 && first.trim().is_empty();
        is_spurious.then(|| exactly_or_indented(lines, rest, replace)).flatten()
    });
    let found = found.or_else(|| dots::replaced(lines, search, replace));
    found.filter(|lines| !lines.is_empty())
}

fn exactly_or_indented(lines: &[String], search: &[&str], replace: &[&str]) -> Option<Vec<String>> {
    let exact = places(lines, search.len()).find(|at| lines[*at..].iter().zip(search).all(|(line, part)| line == part));
    if let Some(at) = exact {
        return Some(spliced(lines, at, search.len(), replace.iter().map(|line| (*line).to_owned())));
    }
    let (part, instead) = outdented(search, replace);
    places(lines, part.len()).find_map(|at| {
        let added = added(&lines[at..at + part.len()], &part)?;
        Some(spliced(lines, at, part.len(), instead.iter().map(|line| indented(&added, line))))
    })
}

fn places(lines: &[String], length: usize) -> impl Iterator<Item = usize> {
    0..(lines.len() + 1).saturating_sub(length)
}

fn spliced(lines: &[String], at: usize, length: usize, instead: impl Iterator<Item = String>) -> Vec<String> {
    let (before, after) = (lines[..at].iter().cloned(), lines[at + length..].iter().cloned());
    before.chain(instead).chain(after).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, search: &str, replace: &str) -> Option<String> {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let parts = |text: &'static str| text.lines().collect::<Vec<_>>();
        let leak = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
        replaced(&lines, &parts(leak(search)), &parts(leak(replace))).map(|lines| lines.join("\n"))
    }

    #[test]
    fn the_first_place_is_replaced() {
        assert_eq!(of("a\nb\na\nb", "a\nb", "c").as_deref(), Some("c\na\nb"));
        assert_eq!(of("a\nb", "b\na", "c"), None);
        assert_eq!(of("a", "a", ""), None);
    }

    #[test]
    fn lines_may_be_indented_otherwise_all_alike() {
        let text = "class A:\n    def f(self):\n        return 1\n";
        assert_eq!(
            of(text, "def f(self):\n    return 1", "def f(self):\n    # two\n\n    return 2").as_deref(),
            Some("class A:\n    def f(self):\n        # two\n\n        return 2")
        );
        assert_eq!(of(text, "  def f(self):\n      return 1", "  pass").as_deref(), Some("class A:\n    pass"));
        assert_eq!(of(text, "def f(self):\n  return 1", "pass"), None);
        // More indented than the file, where the replacement is not: there is no telling how far.
        assert_eq!(of("x = 1", "    x = 1", "y = 1"), None);
    }

    #[test]
    fn a_blank_line_before_the_searched_ones_does_not_count() {
        assert_eq!(of("a\nb", "\na\nb", "c").as_deref(), Some("c"));
        assert_eq!(of("a\nb", "\na", "c"), None);
    }

    #[test]
    fn dots_stand_for_lines_that_stay() {
        let text = "def f():\n    a\n    b\n    c\n    return 1";
        assert_eq!(
            of(text, "def f():\n    a\n    ...\n    return 1", "def f():\n    x\n    ...\n    return 2").as_deref(),
            Some("def f():\n    x\n    b\n    c\n    return 2")
        );
        assert_eq!(of(text, "def f():\n...\n    return 1", "def f():\n    return 2"), None);
        assert_eq!(of(text, "    a\n...\n    z", "    x\n...\n    z"), None);
    }
}
