//! Finding the lines of a hunk in a file, however a model spelt their white space.

use super::diff::Change;

/// A line of a hunk, and what becomes of it.
pub(super) type Line<'a> = (Change, &'a str);

/// Lines of so few characters are looked for only where one place is meant.
const FEW: usize = 10;

/// The lines with those of the hunk replaced: in the place nearest to the one that it states, or else in all places. `None` where
/// there is none, or there are several and nothing tells which.
pub(super) fn replaced(lines: &[String], hunk: &[Line<'_>], place: Option<usize>) -> Option<Vec<String>> {
    let inner = without_blank_ends(hunk);
    in_places(lines, hunk, place, exactly)
        .or_else(|| in_places(lines, inner, place, but_for_blank_lines))
        .or_else(|| in_places(lines, inner, place, but_for_indentation))
}

/// How much further lines are indented than a hunk's, or less.
#[derive(Clone, Copy)]
enum Shift<'a> {
    More(&'a str),
    Less(&'a str),
}

type Fits = for<'a> fn(&'a [String], &[&'a str]) -> Option<Shift<'a>>;

fn in_places(lines: &[String], hunk: &[Line<'_>], place: Option<usize>, fits: Fits) -> Option<Vec<String>> {
    let old: Vec<&str> = hunk.iter().filter(|line| line.0 != Change::Comes).map(|line| line.1).collect();
    if old.is_empty() || old.len() > lines.len() {
        return None;
    }
    let fits_at = |at: usize| fits(&lines[at..at + old.len()], &old);
    let places: Vec<usize> = (0..=lines.len() - old.len()).filter(|at| fits_at(*at).is_some()).collect();
    let places = match place {
        Some(place) => vec![*places.iter().min_by_key(|at| at.abs_diff(place))?],
        None if places.len() > 1 && old.iter().map(|line| line.trim().chars().count()).sum::<usize>() < FEW => {
            return None;
        }
        None => apart(places, old.len()),
    };
    let mut rest = 0;
    let mut new: Vec<String> = Vec::new();
    for at in &places {
        new.extend_from_slice(&lines[rest..*at]);
        rest = *at;
        let shift = fits_at(*at)?;
        for (change, text) in hunk {
            match change {
                Change::Stays => new.push(lines[rest].clone()),
                Change::Goes => {}
                Change::Comes => new.push(shift.of(text)),
            }
            rest += usize::from(*change != Change::Comes);
        }
    }
    new.extend_from_slice(&lines[rest..]);
    (!places.is_empty()).then_some(new)
}

/// Those of the places that do not overlap, from the first on.
fn apart(places: Vec<usize>, length: usize) -> Vec<usize> {
    let mut end = 0;
    places
        .into_iter()
        .filter(|at| {
            *at >= end && {
                end = at + length;
                true
            }
        })
        .collect()
}

impl Shift<'_> {
    fn of(self, text: &str) -> String {
        match self {
            _ if text.trim().is_empty() => text.to_owned(),
            Shift::More(more) => format!("{more}{text}"),
            Shift::Less(less) => text.strip_prefix(less).unwrap_or(text).to_owned(),
        }
    }
}

fn exactly<'a>(lines: &'a [String], old: &[&'a str]) -> Option<Shift<'a>> {
    lines.iter().zip(old).all(|(line, old)| line == old).then_some(Shift::More(""))
}

fn but_for_blank_lines<'a>(lines: &'a [String], old: &[&'a str]) -> Option<Shift<'a>> {
    let same = |line: &str, old: &str| line == old || is_blank(line) && is_blank(old);
    lines.iter().zip(old).all(|(line, old)| same(line, old)).then_some(Shift::More(""))
}

fn but_for_indentation<'a>(lines: &'a [String], old: &[&'a str]) -> Option<Shift<'a>> {
    let mut shift = None;
    for (line, old) in lines.iter().zip(old) {
        if is_blank(line) && is_blank(old) {
            continue;
        }
        let this = match (line.strip_suffix(old), old.strip_suffix(line.as_str())) {
            (Some(more), _) if is_blank(more) => Shift::More(more),
            (_, Some(less)) if is_blank(less) => Shift::Less(less),
            _ => return None,
        };
        let same = match (shift, this) {
            (None, _) => true,
            (Some(Shift::More(a)), Shift::More(b)) | (Some(Shift::Less(a)), Shift::Less(b)) => a == b,
            _ => false,
        };
        if !same {
            return None;
        }
        shift = Some(this);
    }
    shift
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// The hunk without blank lines that stay at its beginning and end.
fn without_blank_ends<'a, 'b>(hunk: &'b [Line<'a>]) -> &'b [Line<'a>] {
    let counts = |line: &Line<'_>| line.0 != Change::Stays || !is_blank(line.1);
    let start = hunk.iter().position(counts).unwrap_or(0);
    let end = hunk.iter().rposition(counts).map_or(hunk.len(), |last| last + 1);
    &hunk[start..end]
}
