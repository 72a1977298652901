//! Unified diffs in an answer.

/// What becomes of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    Stays,
    Goes,
    Comes,
}

/// A part of a diff: lines that go and come, among lines that stay.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Hunk {
    /// The file's name, where a header has it.
    pub(super) file: Option<String>,
    /// Where its first line was, from 0, by its own words; of a hunk without such lines, where the new ones go.
    pub(super) start: Option<usize>,
    pub(super) lines: Vec<(Change, String)>,
    /// Whether the last line had no end before.
    pub(super) was_open: bool,
    /// Whether the last line has no end afterwards.
    pub(super) is_open: bool,
}

/// The hunks in `text`.
pub(super) fn find(text: &str) -> Vec<Hunk> {
    let lines: Vec<&str> = text.lines().collect();
    let sections = fenced(&lines, |info, _| info.starts_with("diff") || info.starts_with("patch"));
    let sections = if sections.is_empty() { fenced(&lines, |_, body| begins(body)) } else { sections };
    if !sections.is_empty() {
        return sections.into_iter().flat_map(hunks).collect();
    }
    let start = (0..lines.len()).find(|at| begins(&lines[*at..]));
    start.map_or_else(Vec::new, |start| {
        let body = &lines[start..];
        let end = body.iter().position(|line| line.starts_with("```")).unwrap_or(body.len());
        hunks(&body[..end])
    })
}

/// The lines in fences, of which `is` holds with what stands behind the fence.
fn fenced<'a, 'b>(lines: &'b [&'a str], is: impl Fn(&str, &[&str]) -> bool) -> Vec<&'b [&'a str]> {
    let mut sections = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let Some(info) = lines[at].strip_prefix("```") else {
            at += 1;
            continue;
        };
        let body = &lines[at + 1..];
        let length = body.iter().position(|line| line.starts_with("```")).unwrap_or(body.len());
        if is(info.trim(), &body[..length]) {
            sections.push(&body[..length]);
        }
        at += length + 2;
    }
    sections
}

/// Whether a diff begins with the first line.
fn begins(lines: &[&str]) -> bool {
    let starts = |at: usize, with: &str| lines.get(at).is_some_and(|line| line.starts_with(with));
    starts(0, "diff --git ") || starts(0, "--- ") && starts(1, "+++ ") || starts(0, "@@ ")
}

fn hunks(lines: &[&str]) -> Vec<Hunk> {
    let mut reader = Reader::default();
    let mut at = 0;
    while at < lines.len() {
        if reader.is_header(&lines[at..]) {
            reader.begin(None);
            reader.file = name(lines[at], lines[at + 1]);
            at += 2;
        } else {
            reader.read(lines[at]);
            at += 1;
        }
    }
    reader.begin(None);
    reader.hunks
}

/// The file's name in the header of a diff.
fn name(old: &str, new: &str) -> Option<String> {
    let path = |line: &str| line[4..].split('\t').next().unwrap_or_default().trim().to_owned();
    let (old, new) = (path(old), path(new));
    if new == "/dev/null" {
        return Some(old.strip_prefix("a/").map(str::to_owned).unwrap_or(old));
    }
    let is_git = old.starts_with("a/") || old == "/dev/null";
    Some(new.strip_prefix("b/").filter(|_| is_git).map(str::to_owned).unwrap_or(new))
}

#[derive(Default)]
struct Reader {
    file: Option<String>,
    hunk: Hunk,
    /// How many lines of before and after the hunk should still have, where it says.
    left: Option<(usize, usize)>,
    hunks: Vec<Hunk>,
}

impl Reader {
    /// Whether two lines are the header of a file, not what goes and comes in a hunk.
    fn is_header(&self, lines: &[&str]) -> bool {
        let starts = |at: usize, with: &str| lines.get(at).is_some_and(|line| line.starts_with(with));
        let ends_here = match self.left {
            None | Some((0, 0)) => true,
            Some(left) => left != (1, 1) && starts(2, "@@"),
        };
        starts(0, "--- ") && starts(1, "+++ ") && ends_here
    }

    /// Ends the hunk that is read, and begins one at the line with these numbers.
    fn begin(&mut self, header: Option<&str>) {
        let hunk = std::mem::take(&mut self.hunk);
        if hunk.lines.iter().any(|(change, _)| *change != Change::Stays) {
            self.hunks.push(Hunk { file: self.file.clone(), ..hunk });
        }
        let numbers = header.and_then(numbers);
        self.left = numbers.map(|(_, before, after)| (before, after));
        // A hunk without lines before states the line after which the new ones go.
        self.hunk.start = numbers.map(|(line, before, _)| if before == 0 { line } else { line.saturating_sub(1) });
    }

    fn read(&mut self, line: &str) {
        let (change, text) = match line.as_bytes().first() {
            Some(b'@') if line.starts_with("@@") => return self.begin(Some(line)),
            Some(b'\\') => return self.open(),
            // White space at the end of an answer is no part of it.
            None if self.left == Some((0, 0)) => return,
            None => (Change::Stays, ""),
            Some(b' ') => (Change::Stays, &line[1..]),
            Some(b'-') => (Change::Goes, &line[1..]),
            Some(b'+') => (Change::Comes, &line[1..]),
            Some(_) => return,
        };
        if let Some((before, after)) = &mut self.left {
            *before = before.saturating_sub(usize::from(change != Change::Comes));
            *after = after.saturating_sub(usize::from(change != Change::Goes));
        }
        self.hunk.lines.push((change, text.to_owned()));
    }

    /// The line before has no end.
    fn open(&mut self) {
        let change = self.hunk.lines.last().map(|(change, _)| *change);
        self.hunk.was_open |= matches!(change, Some(Change::Goes | Change::Stays));
        self.hunk.is_open |= matches!(change, Some(Change::Comes | Change::Stays));
    }
}

/// The line, and the lengths before and after, in `@@ -line,length +line,length @@`.
fn numbers(header: &str) -> Option<(usize, usize, usize)> {
    let mut words = header.split_whitespace().skip(1);
    let mut range = |mark: char| -> Option<(usize, usize)> {
        let range = words.next()?.strip_prefix(mark)?;
        let (line, length) = range.split_once(',').unwrap_or((range, "1"));
        Some((line.parse().ok()?, length.parse().ok()?))
    };
    let ((line, before), (_, after)) = (range('-')?, range('+')?);
    Some((line, before, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(hunk: &Hunk) -> String {
        let mark = |change| match change {
            Change::Stays => ' ',
            Change::Goes => '-',
            Change::Comes => '+',
        };
        hunk.lines.iter().map(|(change, text)| format!("{}{text}|", mark(*change))).collect()
    }

    #[test]
    fn hunks_state_their_files_and_lines_or_do_not() {
        let text = "```diff\n--- a/x y.py\n+++ b/x y.py\n@@ -3,2 +3 @@ def f():\n a\n-b\n@@ ... @@\n+c\n\n d\n```\n\
                    ```diff\n--- p.py\t2024-01-01\n+++ p.py\t2024-01-02\n-q\n```";
        let hunks = find(text);
        let seen: Vec<_> = hunks.iter().map(|hunk| (hunk.file.as_deref(), hunk.start, lines(hunk))).collect();
        assert_eq!(seen[0], (Some("x y.py"), Some(2), " a|-b|".to_owned()));
        assert_eq!(seen[1], (Some("x y.py"), None, "+c| | d|".to_owned()));
        assert_eq!(seen[2], (Some("p.py"), None, "-q|".to_owned()));
    }

    #[test]
    fn what_goes_and_comes_may_look_like_a_header() {
        let hunks =
            find("--- a\n+++ a\n@@ -1,1 +1,1 @@\n--- b\n+++ c\n@@ -9 +9 @@\n-x\n+y\n--- d\n+++ e\n@@ -1 +1 @@\n-z\n");
        let seen: Vec<_> = hunks.iter().map(|hunk| (hunk.file.as_deref(), lines(hunk))).collect();
        let [a, e] = ["a", "e"].map(Some);
        assert_eq!(seen, [(a, "--- b|+++ c|".to_owned()), (a, "-x|+y|".to_owned()), (e, "-z|".to_owned())]);
    }

    #[test]
    fn the_ends_of_last_lines_are_told() {
        let text = "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n";
        let [hunk] = find(text).try_into().unwrap();
        assert_eq!((hunk.was_open, hunk.is_open), (true, false));
        let [both] = find("@@ -1,2 +1,2 @@\n-a\n+b\n c\n\\ No newline at end of file\n").try_into().unwrap();
        assert_eq!((both.was_open, both.is_open), (true, true));
    }

    #[test]
    fn what_changes_nothing_is_no_hunk() {
        for text in ["", "text", "```diff\n```", "```diff\n@@ -1 +1 @@\n a\n```", "--- a\n+++ b\n", "---\n+++"] {
            assert_eq!(find(text), [], "{text}");
        }
    }
}
