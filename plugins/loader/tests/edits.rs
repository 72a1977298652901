//! Laws of edits: what a diff or blocks say is what becomes of a file, and nothing else becomes of it.

use assay_api::{Completion, CompletionKind};
use assay_loader::extract::{edit_blocks, unified_diff};
use proptest::collection::vec;
use proptest::prelude::*;

fn reply(text: String) -> Completion {
    Completion { text, kind: CompletionKind::Reply }
}

/// What becomes of each line of two texts: `' '`, `'-'` or `'+'`, by their longest common subsequence.
fn changes<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<(char, &'a str)> {
    let mut longest = vec![vec![0; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            longest[i][j] =
                if old[i] == new[j] { longest[i + 1][j + 1] + 1 } else { longest[i + 1][j].max(longest[i][j + 1]) };
        }
    }
    let (mut i, mut j, mut changes) = (0, 0, Vec::new());
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            changes.push((' ', old[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == new.len() || i < old.len() && longest[i + 1][j] >= longest[i][j + 1] {
            changes.push(('-', old[i]));
            i += 1;
        } else {
            changes.push(('+', new[j]));
            j += 1;
        }
    }
    changes
}

/// Runs of changes with up to `around` lines beside them, as ranges of `changes`.
fn hunks(changes: &[(char, &str)], around: usize) -> Vec<std::ops::Range<usize>> {
    let mut hunks: Vec<std::ops::Range<usize>> = Vec::new();
    for at in (0..changes.len()).filter(|at| changes[*at].0 != ' ') {
        let (start, end) = (at.saturating_sub(around), (at + 1 + around).min(changes.len()));
        match hunks.last_mut() {
            Some(last) if start <= last.end => last.end = end,
            _ => hunks.push(start..end),
        }
    }
    hunks
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// The unified diff of two texts, as `diff -u` writes it.
fn diff(old: &str, new: &str, around: usize, numbers: bool) -> String {
    let changes = changes(&lines(old), &lines(new));
    let mut text = String::from("--- a/f.py\n+++ b/f.py\n");
    for hunk in hunks(&changes, around) {
        let count = |range: &[(char, &str)], not: char| range.iter().filter(|(mark, _)| *mark != not).count();
        let range = |not: char| {
            let (before, length) = (count(&changes[..hunk.start], not), count(&changes[hunk.clone()], not));
            format!("{},{length}", before + usize::from(length > 0))
        };
        let stated = format!("@@ -{} +{} @@\n", range('+'), range('-'));
        text += if numbers { &stated } else { "@@ ... @@\n" };
        for (mark, line) in &changes[hunk] {
            text += &format!("{mark}{}\n", line.trim_end_matches('\n'));
            if !line.ends_with('\n') {
                text += "\\ No newline at end of file\n";
            }
        }
    }
    text
}

/// Few different lines, so that all kinds of things are there twice; some look like a diff's own.
fn text() -> impl Strategy<Value = String> {
    let line =
        prop::sample::select(vec!["a", "  b", "", "\t", "-- c", "++ d", "@@ -1 +1 @@", "```", "--- a", "+++ b", "é"]);
    (vec(line, 0..12), any::<bool>()).prop_map(|(lines, ended)| {
        let text = lines.join("\n");
        if ended && !lines.is_empty() { text + "\n" } else { text }
    })
}

/// Lines that are there once each.
fn numbered(range: std::ops::Range<usize>) -> String {
    range.map(|n| format!("{}line number {n}\n", " ".repeat(n % 3 * 4))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_diff_of_two_texts_makes_one_of_the_other(old in text(), new in text(), around in 0..4_usize) {
        prop_assume!(old != new);
        let answer = format!("Here:\n```diff\n{}```\nDone.\n", diff(&old, &new, around, true));
        let solution = unified_diff("f.py", &old, &reply(answer)).unwrap();
        prop_assert_eq!((solution.code, solution.rule.as_str()), (new, "edited"));
    }

    #[test]
    fn wrong_numbers_or_none_make_no_difference_where_lines_are_there_once(
        cut in 0..20_usize, length in 1..4_usize, wrong in 0..99_usize, stated in any::<bool>(), indent in 0..3_usize,
    ) {
        let old = numbered(0..24);
        let new = numbered(0..cut) + "    new\n" + &numbered(cut + length..24);
        let text = diff(&old, &new, 3, stated).replace("@@ -", &format!("@@ -{wrong}"));
        let text: String = text.lines().map(|line| match line.split_at(1) {
            // Models lose indentation, or add some.
            (mark @ (" " | "-" | "+"), rest) if !line.starts_with("---") && !line.starts_with("+++") => {
                format!("{mark}{}{rest}\n", " ".repeat(indent))
            }
            _ => format!("{line}\n"),
        }).collect();
        let solution = unified_diff("f.py", &old, &reply(format!("```diff\n{text}```"))).unwrap();
        prop_assert_eq!(solution.code, new);
    }

    #[test]
    fn blocks_of_lines_that_are_there_once_change_nothing_else(
        cut in 0..20_usize, length in 1..4_usize, outdent in any::<bool>(), ended in any::<bool>(),
    ) {
        let cut_off = |text: String| if ended { text } else { text.trim_end_matches('\n').to_owned() };
        let old = cut_off(format!("{}    tail\n", numbered(0..24)));
        let search = numbered(cut..cut + length);
        let deep = search.lines().map(|line| line.len() - line.trim_start().len()).min().unwrap();
        let written: String =
            search.lines().map(|line| format!("{}\n", if outdent { &line[deep..] } else { line })).collect();
        let indented = " ".repeat(if outdent { 0 } else { deep });
        let answer = format!("f.py\n```python\n<<<<<<< SEARCH\n{written}=======\n{indented}x\n>>>>>>> REPLACE\n```\n");
        let new = format!("{}{}x\n{}    tail\n", numbered(0..cut), " ".repeat(deep), numbered(cut + length..24));
        prop_assert_eq!(edit_blocks("f.py", &old, &reply(answer)).unwrap().code, cut_off(new));
    }

    #[test]
    fn no_text_makes_it_panic(
        original in text(),
        parts in vec(prop::sample::select(vec![
            "f.py\n", "```", "```diff\n", "\n", "<<<<<<< SEARCH\n", "=======\n", ">>>>>>> REPLACE\n", "...\n", "--- a\n", "+++ b\n",
            "@@ -0,0 +9999999999999999999,1 @@\n", "@@ -18446744073709551615,1 +1,1 @@\n", "@@ -3 +1 @@\n", "-", "+", " ", "a\n", "  b\n", "\\ No\n", "é\u{2028}", "\t\n",
        ]), 0..24),
    ) {
        let _ = edit_blocks("f.py", &original, &reply(parts.concat()));
        let _ = unified_diff("f.py", &original, &reply(parts.concat()));
    }
}
