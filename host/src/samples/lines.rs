use std::io::{BufRead, Read as _, Take};

use super::SamplesErrorKind;

/// The longest line that is read, in bytes.
const MAX_LINE: u64 = 64 << 20;

/// How much is read in all, in bytes after decompression.
const MAX_TOTAL: u64 = 2 << 30;

/// Lines of bounded length from a source of bounded length.
pub(super) struct Lines<R> {
    source: Take<R>,
    line_limit: u64,
    total_limit: u64,
    /// How many lines have been read.
    number: usize,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(source: R) -> Self {
        Lines::with_limits(source, MAX_LINE, MAX_TOTAL)
    }

    fn with_limits(source: R, line_limit: u64, total_limit: u64) -> Self {
        Lines { source: source.take(total_limit + 1), line_limit, total_limit, number: 0 }
    }

    /// Reads the next line into `line`, without its line break, and gives its number from 1; `None` at the end.
    pub(super) fn next(&mut self, line: &mut Vec<u8>) -> Result<Option<usize>, (usize, SamplesErrorKind)> {
        line.clear();
        self.number += 1;
        let failed = |kind| (self.number, kind);
        let read = (&mut self.source).take(self.line_limit + 1).read_until(b'\n', line);
        let length = read.map_err(|error| failed(error.into()))? as u64;
        if self.source.limit() == 0 {
            return Err(failed(SamplesErrorKind::TooLong { limit: self.total_limit }));
        }
        if length > self.line_limit {
            return Err(failed(SamplesErrorKind::LineTooLong { limit: self.line_limit }));
        }
        if line.last() == Some(&b'\n') {
            line.pop();
        }
        Ok((length > 0).then_some(self.number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, line_limit: u64, total_limit: u64) -> Result<Vec<String>, (usize, String)> {
        let mut lines = Lines::with_limits(text.as_bytes(), line_limit, total_limit);
        let (mut all, mut line) = (Vec::new(), Vec::new());
        while lines.next(&mut line).map_err(|(number, kind)| (number, kind.to_string()))?.is_some() {
            all.push(String::from_utf8(line.clone()).unwrap());
        }
        Ok(all)
    }

    #[test]
    fn lines_come_without_their_breaks_and_the_last_may_lack_one() {
        assert_eq!(read("a\n\nb", 9, 99).unwrap(), ["a", "", "b"]);
        assert_eq!(read("", 9, 99).unwrap(), [""; 0]);
    }

    #[test]
    fn what_is_too_long_is_named_with_its_line() {
        assert_eq!(read("a\nbbbb\n", 3, 99).unwrap_err(), (2, "the line has more than 3 bytes".into()));
        let error = read("aa\nbb\ncc\n", 3, 7).unwrap_err();
        assert_eq!(error, (3, "more than 7 bytes after decompression: split the file".into()));
    }
}
