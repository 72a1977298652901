use assay_api::{Completion, CompletionKind, Solution};

use super::blocks::{self, Block};
use super::file::File;
use super::{Reason, diff, hunk, search};
use crate::extract::{Rule, reasoning};

/// The content that `file` gets by a completion's SEARCH/REPLACE blocks, where it has been `original`.
///
/// Blocks are aider's (`editblock_coder.py`): the file's name stands alone on the line above the block or its fence, once for
/// several blocks. The lines of each are looked for in turn as they are, then but for how far all of them are indented, then
/// without a blank one before them, then piece by piece between lines of `...`; the first place counts. A block without lines to
/// search for adds at the end. Blocks for other files are tried on this one, and those that would make a new file are left out.
/// Whether the last line has an end stays as it was.
///
/// `None` means that there is no block. Where one can't be applied the solution is the reason, with the rule [`Rule::Unapplied`].
///
/// It never fails, and takes time linear in the text for each block that is found as it is.
#[must_use]
pub fn edit_blocks(file: &str, original: &str, completion: &Completion) -> Option<Solution> {
    edited(completion, |text| {
        let blocks = blocks::find(text, file)?;
        (!blocks.is_empty()).then(|| apply(file, original, &blocks)).transpose()
    })
}

/// The content that `file` gets by a completion's unified diff, where it has been `original`.
///
/// Diffs are those in fences marked `diff`, or `patch`; else in fences that begin like one; else the text from where one begins. A hunk is found by
/// its lines, those that stay and those that go: as they are, then with blank lines alike and without those at its ends, then but
/// for how far all are indented, then, as aider's `udiff_coder.py` does, each run of changes with ever fewer of the lines around it. Of several
/// places the one nearest to the line that the hunk states counts; where it states none, all do, and none if the lines that are
/// looked for have fewer than ten characters.
///
/// `None` means that there is no diff. Where a hunk can't be applied, or changes another file, the solution is the reason, with the rule [`Rule::Unapplied`].
#[must_use]
pub fn unified_diff(file: &str, original: &str, completion: &Completion) -> Option<Solution> {
    edited(completion, |text| {
        let hunks = diff::find(text);
        (!hunks.is_empty()).then(|| hunk::apply(file, &File::new(original), &hunks)).transpose()
    })
}

fn edited(completion: &Completion, edit: impl Fn(&str) -> Result<Option<File>, Reason>) -> Option<Solution> {
    let text = completion.text.as_str();
    let (code, rule) = match completion.kind {
        CompletionKind::Verbatim => (text.to_owned(), Rule::Verbatim),
        CompletionKind::Program => (text.to_owned(), Rule::Program),
        CompletionKind::Continuation | CompletionKind::Reply => {
            let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
            match edit(reasoning::after(&text)) {
                Ok(file) => (file?.text(), Rule::Edited),
                Err(reason) => (reason.to_string(), Rule::Unapplied),
            }
        }
    };
    Some(Solution { code, rule: rule.name().into() })
}

fn apply(name: &str, original: &str, blocks: &[Block]) -> Result<File, Reason> {
    let mut file = File::new(original);
    for (index, block) in blocks.iter().enumerate() {
        let (search, replace) = (unwrapped(&block.search, name), unwrapped(&block.replace, name));
        if search.iter().all(|line| line.trim().is_empty()) {
            if block.file == name {
                file.lines.extend(replace.iter().map(|line| (*line).to_owned()));
            }
            continue;
        }
        let not_found = || Reason::NotFound { block: index + 1, file: name.to_owned() };
        file.lines = search::replaced(&file.lines, &search, &replace).ok_or_else(not_found)?;
    }
    Ok(file)
}

/// The lines of a part of a block, without the file's name and fences that models put around it, and a blank line at its end.
fn unwrapped<'a>(part: &'a str, name: &str) -> Vec<&'a str> {
    let mut lines: Vec<&str> = part.lines().collect();
    let last_name = name.rsplit('/').next().unwrap_or(name);
    if lines.first().is_some_and(|line| line.trim().ends_with(last_name)) {
        lines.remove(0);
    }
    let is_fence = |line: Option<&&str>| line.is_some_and(|line| line.starts_with("```"));
    if lines.len() > 1 && is_fence(lines.first()) && is_fence(lines.last()) {
        lines.remove(0);
        lines.pop();
    }
    // aider loses one.
    if lines.last().is_some_and(|line| line.is_empty()) {
        lines.pop();
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(text: &str) -> Completion {
        Completion { text: text.into(), kind: CompletionKind::Reply }
    }

    fn found(solution: Option<Solution>) -> Option<(String, String)> {
        solution.map(|solution| (solution.code, solution.rule))
    }

    #[test]
    fn blocks_are_applied_one_after_the_other() {
        let text = "a.py\n```python\n<<<<<<< SEARCH\nx = 1\n=======\nx = 2\n>>>>>>> REPLACE\n```\nThen:\n```python\n\
                    <<<<<<< SEARCH\nx = 2\n=======\nx = 3\ny = 4\n>>>>>>> REPLACE\n```\n";
        let edited = |rule: &str, code: &str| Some((code.to_owned(), rule.to_owned()));
        assert_eq!(found(edit_blocks("a.py", "x = 1\nz\n", &reply(text))), edited("edited", "x = 3\ny = 4\nz\n"));
        assert_eq!(found(edit_blocks("a.py", "x = 1\r\nz", &reply(text))), edited("edited", "x = 3\r\ny = 4\r\nz"));
        let reason = "block 1: its SEARCH lines are not in a.py";
        assert_eq!(found(edit_blocks("a.py", "z\n", &reply(text))), edited("unapplied", reason));
        assert_eq!(edit_blocks("a.py", "z\n", &reply("No.")), None);
    }

    #[test]
    fn a_block_that_searches_for_nothing_adds_at_the_end_or_makes_another_file() {
        let add = |name: &str| format!("{name}\n```\n<<<<<<< SEARCH\n=======\ny\n>>>>>>> REPLACE\n```\n");
        assert_eq!(edit_blocks("a.py", "x\n", &reply(&add("a.py"))).unwrap().code, "x\ny\n");
        assert_eq!(edit_blocks("a.py", "", &reply(&add("a.py"))).unwrap().code, "y\n");
        assert_eq!(edit_blocks("a.py", "x\n", &reply(&add("other.txt"))).unwrap().code, "x\n");
    }

    #[test]
    fn names_and_fences_inside_a_part_are_left_out() {
        let text = "a.py\n<<<<<<< SEARCH\na.py\n```\nx\n```\n=======\n```python\ny\n```\n>>>>>>> REPLACE\n";
        assert_eq!(edit_blocks("a.py", "x\n", &reply(text)).unwrap().code, "y\n");
    }

    #[test]
    fn reasoning_is_no_edit_and_exact_kinds_are_exact() {
        let block = "a.py\n<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE\n";
        assert_eq!(edit_blocks("a.py", "x\n", &reply(&format!("<think>\n{block}</think>\nNo."))), None);
        for kind in [CompletionKind::Verbatim, CompletionKind::Program] {
            let completion = Completion { text: block.into(), kind };
            assert_eq!(edit_blocks("a.py", "x\n", &completion).unwrap().code, block);
        }
    }

    #[test]
    fn diffs_are_applied_wherever_they_stand() {
        let hunk = "--- a/a.py\n+++ b/a.py\n@@ -1,2 +1,2 @@\n-x\n+y\n z\n";
        let fenced = |info: &str| format!("Here:\n```{info}\n{hunk}```\nDone.");
        let git = format!("diff --git a/a.py b/a.py\nindex 1..2 100644\n{hunk}");
        for text in [fenced("diff"), fenced("patch"), fenced(""), git, format!("Here it is.\n\n{hunk}")] {
            assert_eq!(unified_diff("a.py", "x\nz\n", &reply(&text)).unwrap().code, "y\nz\n", "{text}");
        }
        let lost = unified_diff("a.py", "q\n", &reply(&fenced("diff"))).unwrap();
        assert_eq!((lost.code.as_str(), lost.rule.as_str()), ("hunk 1: its lines are not in a.py", "unapplied"));
        let other = unified_diff("b.py", "x\nz\n", &reply(&fenced("diff"))).unwrap();
        assert_eq!(other.code, "hunk 1 is of \"a.py\", not of b.py");
        assert_eq!(unified_diff("a.py", "x\n", &reply("```python\nx = 1 - 1\n```")), None);
    }
}
