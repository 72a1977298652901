/// A text as lines without their ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct File {
    pub(super) lines: Vec<String>,
    /// Whether the last line has an end.
    pub(super) ended: bool,
    /// What ends lines.
    end: &'static str,
}

impl File {
    /// A text whose lines all end with CR LF keeps these; in others a CR is part of its line.
    pub(super) fn new(text: &str) -> Self {
        let returns = text.matches("\r\n").count();
        let end = if returns > 0 && returns == text.matches('\n').count() { "\r\n" } else { "\n" };
        let (body, ended) = match text.strip_suffix(end) {
            Some(body) => (body, true),
            None => (text, false),
        };
        let lines = if text.is_empty() { Vec::new() } else { body.split(end).map(str::to_owned).collect() };
        File { lines, ended: ended || text.is_empty(), end }
    }

    pub(super) fn text(&self) -> String {
        let mut text = self.lines.join(self.end);
        if self.ended && !self.lines.is_empty() {
            text.push_str(self.end);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_have_no_ends() {
        assert_eq!(File::new("a\r\n\r\nb\r\n").lines, ["a", "", "b"]);
        assert_eq!(File::new("a\r\nb\nc").lines, ["a\r", "b", "c"]);
        assert_eq!(File::new("\n").lines, [""]);
        assert_eq!(File::new("").lines, Vec::<String>::new());
    }

    proptest! {
        #[test]
        fn a_text_stays_what_it_is(text in "([ab\r]|\n|\r\n){0,12}") {
            prop_assert_eq!(File::new(&text).text(), text);
        }
    }
}
