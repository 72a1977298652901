//! SEARCH/REPLACE blocks in an answer, as aider's `find_original_update_blocks` reads them.

use super::{Reason, filename};

/// An edit: lines, with their ends, that are to be replaced by others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) file: String,
    pub(super) search: String,
    pub(super) replace: String,
}

/// What begins the fence of commands, which are no edits.
const SHELLS: [&str; 12] =
    ["bash", "sh", "shell", "cmd", "batch", "powershell", "ps1", "zsh", "fish", "ksh", "csh", "tcsh"];

/// The blocks in `text`, those for the file called `known` and others.
///
/// # Errors
/// When a block has no end or no name.
pub(super) fn find(text: &str, known: &str) -> Result<Vec<Block>, Reason> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut blocks = Vec::new();
    let mut name: Option<String> = None;
    let mut at = 0;
    while at < lines.len() {
        if is_shell(lines[at]) && !lines[at + 1..].iter().take(2).any(|line| is_head(line)) {
            at = after(&lines, at + 1, |line| line.trim().starts_with("```")).map_or(lines.len(), |end| end + 1);
            continue;
        }
        if !is_head(lines[at]) {
            at += 1;
            continue;
        }
        let block = blocks.len() + 1;
        let above: Vec<&str> = lines[at.saturating_sub(3)..at].to_vec();
        name = filename::find(&above, known).or(name);
        let file = name.clone().ok_or(Reason::NoFilename { block })?;
        let unfinished = |expected| Reason::Unfinished { block, expected };
        let divider = after(&lines, at + 1, is_divider).ok_or(unfinished("======="))?;
        let end = after(&lines, divider + 1, |line| is_updated(line) || is_divider(line));
        let end = end.ok_or(unfinished(">>>>>>> REPLACE"))?;
        blocks.push(Block { file, search: lines[at + 1..divider].concat(), replace: lines[divider + 1..end].concat() });
        at = end + 1;
    }
    Ok(blocks)
}

/// Where the first line from `start` on stands of which `is` holds.
fn after(lines: &[&str], start: usize, is: impl Fn(&str) -> bool) -> Option<usize> {
    lines[start..].iter().position(|line| is(line)).map(|at| start + at)
}

fn is_shell(line: &str) -> bool {
    line.trim().strip_prefix("```").is_some_and(|info| SHELLS.iter().any(|shell| info.starts_with(shell)))
}

fn is_head(line: &str) -> bool {
    marked(line, '<').is_some_and(|rest| matches!(rest, " SEARCH" | " SEARCH>"))
}

fn is_divider(line: &str) -> bool {
    marked(line, '=') == Some("")
}

fn is_updated(line: &str) -> bool {
    marked(line, '>') == Some(" REPLACE")
}

/// What stands after 5 to 9 marks at the beginning of a line.
fn marked(line: &str, mark: char) -> Option<&str> {
    let line = line.trim();
    let rest = line.trim_start_matches(mark);
    (5..=9).contains(&(line.len() - rest.len())).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(file: &str, search: &str, replace: &str) -> Block {
        Block { file: file.into(), search: search.into(), replace: replace.into() }
    }

    #[test]
    fn blocks_have_their_files_names_above_them_or_above_those_before() {
        let text = "Ok:\n\na.py\n```python\n<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE\n```\nand\n\n\n\n```\n<<<<< SEARCH\n\
                    ===\n=====\nz\n>>>>> REPLACE\n```\n";
        assert_eq!(find(text, "a.py"), Ok(vec![block("a.py", "x\n", "y\n"), block("a.py", "===\n", "z\n")]));
    }

    #[test]
    fn commands_are_no_blocks_unless_a_block_is_in_them() {
        let text =
            "a.py\n```bash\n<<<<<<< SEARCH\nx\n=======\n>>>>>>> REPLACE\n```\n```sh\necho\n1\n<<<<<<< SEARCH\n```\n";
        assert_eq!(find(text, "a.py"), Ok(vec![block("a.py", "x\n", "")]));
    }

    #[test]
    fn what_is_not_finished_or_named_is_an_error() {
        let head = "a.py\n```\n<<<<<<< SEARCH\nx\n";
        assert_eq!(find(head, "a.py"), Err(Reason::Unfinished { block: 1, expected: "=======" }));
        let divided = format!("{head}=======\ny\n");
        assert_eq!(find(&divided, "a.py"), Err(Reason::Unfinished { block: 1, expected: ">>>>>>> REPLACE" }));
        assert_eq!(find("<<<<<<< SEARCH\n=======\n>>>>>>> REPLACE", "a.py"), Err(Reason::NoFilename { block: 1 }));
        assert_eq!(find("text", "a.py"), Ok(vec![]));
    }
}
