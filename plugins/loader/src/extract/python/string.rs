/// How far a string literal reaches.
pub(super) enum End {
    /// Its closing quote ends before this offset.
    Closed(usize),
    /// No closing quote on its line, which ends here: a syntax error.
    Broken(usize),
    /// No closing quote before the end of the text.
    Unfinished,
}

/// How deep f-strings may nest in each other's fields.
const MAX_DEPTH: u32 = 8;

/// The end of the string whose opening quote is at `at`.
pub(super) fn plain_end(text: &str, at: usize) -> End {
    let quote = Quote::at(text.as_bytes(), at);
    match quote.plain(text.as_bytes(), at + quote.len()) {
        Some(end) => End::Closed(end),
        None if quote.triple => End::Unfinished,
        None => End::Broken(text[at..].find('\n').map_or(text.len(), |length| at + length)),
    }
}

/// The offset after the f- or t-string whose opening quote is at `at`. Its replacement fields may hold the same
/// quotes. `None` when it doesn't end, which may take a look at all of the text to find out.
pub(super) fn formatted_end(text: &str, at: usize) -> Option<usize> {
    let quote = Quote::at(text.as_bytes(), at);
    quote.formatted(text.as_bytes(), at + quote.len(), 0)
}

/// Whether `name`, directly before a quote, is a string's prefix; and whether it makes a formatted string.
pub(super) fn prefix(name: &str) -> Option<bool> {
    let mut letters = name.bytes().map(|b| b.to_ascii_lowercase());
    let kind = |b: u8| matches!(b, b'b' | b'f' | b'r' | b't' | b'u');
    let known = name.len() <= 2 && letters.clone().all(kind);
    known.then(|| letters.any(|b| matches!(b, b'f' | b't')))
}

#[derive(Clone, Copy)]
struct Quote {
    byte: u8,
    triple: bool,
}

impl Quote {
    fn at(text: &[u8], at: usize) -> Quote {
        let byte = text[at];
        Quote { byte, triple: text[at..].starts_with(&[byte; 3]) }
    }

    fn len(self) -> usize {
        if self.triple { 3 } else { 1 }
    }

    fn closes(self, text: &[u8], at: usize) -> bool {
        text[at] == self.byte && (!self.triple || text[at..].starts_with(&[self.byte; 3]))
    }

    /// The offset after the closing quote, looking from `at`.
    fn plain(self, text: &[u8], mut at: usize) -> Option<usize> {
        while at < text.len() {
            match text[at] {
                b'\\' => at += 2,
                b'\n' if !self.triple => return None,
                _ if self.closes(text, at) => return Some(at + self.len()),
                _ => at += 1,
            }
        }
        None
    }

    fn formatted(self, text: &[u8], mut at: usize, depth: u32) -> Option<usize> {
        while at < text.len() {
            match text[at] {
                // `\{` begins a field, unlike `\\` and `\"`, which begin nothing.
                b'\\' => at += if text.get(at + 1) == Some(&b'{') { 1 } else { 2 },
                b'\n' if !self.triple => return None,
                b'{' if text.get(at + 1) == Some(&b'{') => at += 2,
                b'{' => at = self.field(text, at + 1, depth)?,
                _ if self.closes(text, at) => return Some(at + self.len()),
                _ => at += 1,
            }
        }
        None
    }

    /// The offset after the replacement field whose content begins at `at`.
    fn field(self, text: &[u8], mut at: usize, depth: u32) -> Option<usize> {
        if depth == MAX_DEPTH {
            return None;
        }
        let mut brackets = 0usize;
        let mut word = at;
        while at < text.len() {
            let byte = text[at];
            if !byte.is_ascii_alphanumeric() {
                match byte {
                    b'\'' | b'"' => {
                        let inner = Quote::at(text, at);
                        let name = std::str::from_utf8(&text[word..at]).unwrap_or_default();
                        let content = at + inner.len();
                        at = match prefix(name) {
                            Some(true) => inner.formatted(text, content, depth + 1)?,
                            _ => inner.plain(text, content)?,
                        };
                        word = at;
                        continue;
                    }
                    b'(' | b'[' | b'{' => brackets += 1,
                    b'}' if brackets == 0 => return Some(at + 1),
                    b')' | b']' | b'}' => brackets = brackets.saturating_sub(1),
                    b':' if brackets == 0 => return self.format_spec(text, at + 1, depth),
                    _ => {}
                }
                word = at + 1;
            }
            at += 1;
        }
        None
    }

    /// A field's part after `:`, where quotes stand for themselves.
    fn format_spec(self, text: &[u8], mut at: usize, depth: u32) -> Option<usize> {
        while at < text.len() {
            match text[at] {
                b'}' => return Some(at + 1),
                b'{' => at = self.field(text, at + 1, depth + 1)?,
                b'\n' if !self.triple => return None,
                _ if self.closes(text, at) => return None,
                _ => at += 1,
            }
        }
        None
    }
}
