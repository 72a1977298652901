//! Applying a diff's hunks to a file.

use super::Reason;
use super::diff::{Change, Hunk};
use super::file::File;
use super::place::{self, Line};

/// How many lines around a change are tried one fewer after the other: how often it is looked for grows with their square.
const MOST_AROUND: usize = 24;

/// The file with the hunks applied, one after the other.
///
/// # Errors
/// When the lines of one can't be found, or one changes another file than that called `name`.
pub(super) fn apply(name: &str, file: &File, hunks: &[Hunk]) -> Result<File, Reason> {
    let mut file = file.clone();
    // By how much lines are further down than they were.
    let mut shift = 0;
    let mut done: Vec<&Hunk> = Vec::new();
    for (index, hunk) in hunks.iter().enumerate() {
        // Models repeat themselves.
        if hunk.start.is_none() && done.contains(&hunk) {
            continue;
        }
        done.push(hunk);
        let makes_file = hunk.lines.iter().all(|(change, _)| *change == Change::Comes);
        if let Some(found) = hunk.file.as_deref().filter(|found| last_name(found) != last_name(name)) {
            if makes_file {
                continue;
            }
            let (found, file) = (found.to_owned(), name.to_owned());
            return Err(Reason::OtherFile { hunk: index + 1, found, file });
        }
        let before = file.lines.len();
        let place = hunk.start.map(|start| start.saturating_add_signed(shift));
        let not_found = || Reason::HunkNotFound { hunk: index + 1, file: name.to_owned() };
        file.lines = applied(&file.lines, hunk, place).ok_or_else(not_found)?;
        shift += file.lines.len() as isize - before as isize;
        file.ended = if hunk.is_open { false } else { file.ended || hunk.was_open };
    }
    Ok(file)
}

fn last_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn applied(lines: &[String], hunk: &Hunk, place: Option<usize>) -> Option<Vec<String>> {
    let changes: Vec<Line<'_>> = hunk.lines.iter().map(|(change, text)| (*change, text.as_str())).collect();
    if let Some(found) = place::replaced(lines, &changes, place) {
        return Some(found);
    }
    let is_blank = |line: &Line<'_>| line.0 == Change::Comes || line.1.trim().is_empty();
    if changes.iter().all(is_blank) {
        // There is nothing to look for.
        let new = changes.iter().filter(|line| line.0 == Change::Comes).map(|line| line.1.to_owned());
        let at = place.filter(|_| changes.iter().all(|line| line.0 == Change::Comes));
        let at = at.unwrap_or(lines.len()).min(lines.len());
        return Some(lines[..at].iter().cloned().chain(new).chain(lines[at..].iter().cloned()).collect());
    }
    let mut lines = lines.to_vec();
    for (before, changed, after) in runs(&changes) {
        lines = with_fewer_around(&lines, before, changed, after, place)?;
    }
    Some(lines)
}

/// Each run of changes, with the lines that stay before and after it.
fn runs<'a, 'b>(lines: &'b [Line<'a>]) -> Vec<(&'b [Line<'a>], &'b [Line<'a>], &'b [Line<'a>])> {
    let stays = |line: &Line<'_>| line.0 == Change::Stays;
    let until = |start: usize, end: fn(&Line<'_>) -> bool| {
        lines[start..].iter().position(end).map_or(lines.len(), |length| start + length)
    };
    let mut runs = Vec::new();
    let mut before = 0;
    loop {
        let start = until(before, |line| line.0 != Change::Stays);
        if start == lines.len() {
            return runs;
        }
        debug_assert!(lines[before..start].iter().all(stays));
        let end = until(start, |line| line.0 == Change::Stays);
        let after = until(end, |line| line.0 != Change::Stays);
        runs.push((&lines[before..start], &lines[start..end], &lines[end..after]));
        before = end;
    }
}

fn with_fewer_around(
    lines: &[String],
    before: &[Line<'_>],
    changed: &[Line<'_>],
    after: &[Line<'_>],
    place: Option<usize>,
) -> Option<Vec<String>> {
    let before = &before[before.len().saturating_sub(MOST_AROUND)..];
    let after = &after[..after.len().min(MOST_AROUND)];
    (0..=before.len() + after.len()).rev().find_map(|used| {
        let most = used.min(before.len());
        (used.saturating_sub(after.len())..=most).rev().find_map(|used_before| {
            let around = [&before[before.len() - used_before..], changed, &after[..used - used_before]].concat();
            place::replaced(lines, &around, place)
        })
    })
}
