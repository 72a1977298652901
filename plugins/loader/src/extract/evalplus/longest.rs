use super::syntax::{NotPython, parse};

/// How many bytes are parsed at most of one text, in all.
const MOST_PARSED: usize = 16 << 20;

/// How many lines are parsed at first where code may begin.
const FIRST_WINDOW: usize = 8;

/// The run of at least two lines of `text` that is Python and has the most lines that are not blank; of equals the first, and
/// the shortest. Where there is none, the first line.
pub(super) fn longest_code(text: &str) -> &str {
    let lines = Lines::of(text);
    let (mut best, mut most, mut left) = ((0, 0), 0, MOST_PARSED);
    for first in 0..lines.len() {
        if lines.count(first, lines.len() - 1) <= most {
            break;
        }
        if let Some(last) = lines.furthest(first, most, &mut left) {
            (best, most) = ((first, last), lines.count(first, last));
        }
    }
    lines.text(best.0, best.1)
}

struct Lines<'a> {
    text: &'a str,
    /// Where each line starts, and where one more would.
    starts: Vec<usize>,
    /// How many of the lines before each are not blank.
    filled: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        let (mut starts, mut filled) = (vec![0], vec![0]);
        for line in text.split('\n') {
            starts.push(starts[starts.len() - 1] + line.len() + 1);
            filled.push(filled[filled.len() - 1] + usize::from(!line.chars().all(is_space)));
        }
        Lines { text, starts, filled }
    }

    fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// The lines from `first` to `last`, without the last line break.
    fn text(&self, first: usize, last: usize) -> &'a str {
        &self.text[self.starts[first]..self.starts[last + 1] - 1]
    }

    /// How many of these lines are not blank.
    fn count(&self, first: usize, last: usize) -> usize {
        self.filled[last + 1] - self.filled[first]
    }

    /// Whether the lines are Python; else the line of the first error, and whether more lines could make that right.
    fn check(&self, first: usize, last: usize, left: &mut usize) -> Result<(), (usize, bool)> {
        let text = self.text(first, last);
        // Short texts cost something, too.
        *left = left.saturating_sub(text.len() + 64);
        parse(text).map(drop).map_err(|NotPython { at, open }| {
            let at = self.starts[first] + at;
            (self.starts.partition_point(|start| *start <= at).saturating_sub(1).min(last), open)
        })
    }

    /// The last line of the longest code that begins with line `first` and has more than `most` lines; of equals the first.
    fn furthest(&self, first: usize, most: usize, left: &mut usize) -> Option<usize> {
        let mut last = self.bound(first, left)?;
        while last > first && self.count(first, last) > most && *left > 0 {
            match self.check(first, last, left) {
                Ok(()) => return Some(self.shortest(first, last, left)),
                // What stands before the line may be whole; what includes it is not.
                Err((line, _)) => last = line.min(last - 1),
            }
        }
        None
    }

    /// A line beyond which no code can go that begins with line `first`: it has an error whatever follows.
    fn bound(&self, first: usize, left: &mut usize) -> Option<usize> {
        let end = self.len() - 1;
        let mut window = FIRST_WINDOW;
        while *left > 0 {
            let last = end.min(first + window);
            match self.check(first, last, left) {
                // An error that only comments follow may be that the text ends there.
                Err((line, false)) if (line + 1..=last).any(|line| self.has_code(line)) => return Some(line),
                _ if last == end => return Some(end),
                _ => window *= 2,
            }
        }
        None
    }

    /// Whether there is anything in the line but a comment.
    fn has_code(&self, line: usize) -> bool {
        let text = self.text(line, line).trim_start_matches(is_space);
        !text.is_empty() && !text.starts_with('#')
    }

    /// The first line with which the code may end as well, but for blank ones.
    fn shortest(&self, first: usize, last: usize, left: &mut usize) -> usize {
        let is_blank = |line: usize| self.filled[line + 1] == self.filled[line];
        let mut end = last;
        while end > first + 1 && is_blank(end) {
            end -= 1;
        }
        (end..last).find(|end| self.check(first, *end, left).is_ok()).unwrap_or(last)
    }
}

/// What Python's `strip` takes away.
fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}
