use super::keywords::begins_statement;
use super::statement::{Statement, Token};
use super::string::{self, End};

/// A text's statements, and the lines that can't be moved.
#[derive(Debug, Default)]
pub(in crate::extract) struct Scan<'a> {
    pub(in crate::extract) statements: Vec<Statement<'a>>,
    /// The offsets of the lines that begin inside a string, ascending.
    pub(in crate::extract) string_lines: Vec<usize>,
}

/// Scans a text from its beginning to its end.
pub(in crate::extract) fn scan(text: &str) -> Scan<'_> {
    let mut scanner = Scanner::new(text, |_| false);
    while scanner.advance() {}
    scanner.scan
}

/// Scans a text until `stop` says so of a line that begins outside strings.
pub(in crate::extract) struct Scanner<'a, F> {
    text: &'a str,
    at: usize,
    stop: F,
    stopped: bool,
    /// How many more f-strings without end may be searched to the end of the text.
    searches: u32,
    scan: Scan<'a>,
}

/// Python has none without end; bounds the work that other text can cause.
const MAX_SEARCHES: u32 = 8;

impl<'a, F: Fn(&'a str) -> bool> Scanner<'a, F> {
    pub(in crate::extract) fn new(text: &'a str, stop: F) -> Self {
        Scanner { text, at: 0, stop, stopped: false, searches: MAX_SEARCHES, scan: Scan::default() }
    }

    /// The offset of the first line that stops the scan, or `None` when none does.
    pub(in crate::extract) fn find(mut self) -> Option<usize> {
        while self.advance() {
            // Only the place is asked for.
            self.scan.statements.clear();
        }
        self.stopped.then_some(self.at)
    }

    /// Reads a blank line, a comment line or a statement; `false` at the end.
    fn advance(&mut self) -> bool {
        if self.at >= self.text.len() || self.stops_here() {
            return false;
        }
        let start = self.at;
        self.skip_blanks();
        let indent = &self.text[start..self.at];
        if matches!(self.peek(), None | Some(b'\n' | b'\r' | b'#')) {
            self.skip_line();
            return true;
        }
        let mut statement = Statement { span: start..start, indent, tokens: Vec::new(), broken: false };
        self.statement(&mut statement);
        statement.span.end = self.at;
        self.scan.statements.push(statement);
        true
    }

    /// Reads tokens to the end of the logical line.
    fn statement(&mut self, statement: &mut Statement<'a>) {
        let mut brackets = 0usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'\n' | b'\r' => {
                    self.skip_line();
                    if brackets == 0 {
                        return;
                    }
                    if self.stops_here() || begins_statement(self.next_word()) {
                        statement.broken = true;
                        return;
                    }
                    continue;
                }
                b' ' | b'\t' | b'\x0c' => self.at += 1,
                b'#' => self.at = self.line_end(),
                b'\\' if matches!(self.byte(1), Some(b'\n' | b'\r')) => {
                    self.at += 1;
                    self.skip_line();
                }
                b'\'' | b'"' => self.string(statement, false),
                b'(' | b'[' | b'{' => {
                    brackets += 1;
                    self.mark(statement);
                }
                b')' | b']' | b'}' => {
                    statement.broken |= brackets == 0;
                    brackets = brackets.saturating_sub(1);
                    self.mark(statement);
                }
                b'0'..=b'9' => self.number(statement),
                b'.' if self.byte(1).is_some_and(|b| b.is_ascii_digit()) => self.number(statement),
                b'!' if self.byte(1) != Some(b'=') => self.foreign(statement),
                b'?' | b'$' | b'`' | b'\\' => self.foreign(statement),
                b'!'..=b'~' if byte.is_ascii_punctuation() && byte != b'_' => self.mark(statement),
                _ => self.name(statement),
            }
        }
    }

    fn name(&mut self, statement: &mut Statement<'a>) {
        let rest = &self.text[self.at..];
        let length = rest.find(|c: char| !may_be_in_name(c)).unwrap_or(rest.len());
        if length == 0 {
            return self.foreign(statement);
        }
        let name = &rest[..length];
        self.at += length;
        match (self.peek(), string::prefix(name)) {
            (Some(b'\'' | b'"'), Some(formatted)) => self.string(statement, formatted),
            _ => statement.tokens.push(Token::Name(name)),
        }
    }

    fn number(&mut self, statement: &mut Statement<'a>) {
        let rest = &self.text[self.at..];
        let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '.')).unwrap_or(rest.len());
        self.at += length;
        statement.tokens.push(Token::Number);
    }

    fn string(&mut self, statement: &mut Statement<'a>, formatted: bool) {
        let start = self.at;
        self.at = match self.string_end(formatted) {
            End::Closed(end) => end,
            End::Broken(at) => {
                statement.broken = true;
                at
            }
            End::Unfinished => self.text.len(),
        };
        let breaks = self.text[start..self.at].match_indices('\n').map(|(offset, _)| start + offset + 1);
        self.scan.string_lines.extend(breaks);
        let fields = if formatted { &self.text[start..self.at] } else { "" };
        statement.tokens.push(Token::Text(fields));
    }

    fn string_end(&mut self, formatted: bool) -> End {
        if formatted && self.searches > 0 {
            if let Some(end) = string::formatted_end(self.text, self.at) {
                return End::Closed(end);
            }
            self.searches -= 1;
        }
        string::plain_end(self.text, self.at)
    }

    fn mark(&mut self, statement: &mut Statement<'a>) {
        statement.tokens.push(Token::Mark(char::from(self.text.as_bytes()[self.at])));
        self.at += 1;
    }

    fn foreign(&mut self, statement: &mut Statement<'a>) {
        statement.tokens.push(Token::Foreign);
        self.at += self.text[self.at..].chars().next().map_or(1, char::len_utf8);
    }

    fn stops_here(&mut self) -> bool {
        self.stopped = self.stopped || (self.stop)(&self.text[self.at..self.line_end()]);
        self.stopped
    }

    fn peek(&self) -> Option<u8> {
        self.byte(0)
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    fn line_end(&self) -> usize {
        self.text[self.at..].find(['\n', '\r']).map_or(self.text.len(), |length| self.at + length)
    }

    /// The word at the beginning of the rest, after white space.
    fn next_word(&self) -> &'a str {
        let rest = self.text[self.at..].trim_start_matches([' ', '\t']);
        &rest[..rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())]
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\x0c')) {
            self.at += 1;
        }
    }

    /// Goes to the next line. A carriage return alone also ends a line, as it does for Python.
    fn skip_line(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        self.at += match rest.iter().position(|b| matches!(b, b'\n' | b'\r')) {
            None => rest.len(),
            Some(length) if rest[length..].starts_with(b"\r\n") => length + 2,
            Some(length) => length + 1,
        };
    }
}

/// Whether Python may allow `c` in a name; `false` is certain. Names hold more than letters and digits: marks,
/// connectors. What is certain are the signs that prose is full of: dashes, quotation marks, arrows, emoji.
fn may_be_in_name(c: char) -> bool {
    let is_sign = matches!(
        c,
        '\u{a1}'..='\u{b4}' | '\u{b6}' | '\u{b8}'..='\u{bf}' | '×' | '÷'
            | '\u{2010}'..='\u{203e}' | '\u{2041}'..='\u{2053}'
            | '\u{2190}'..='\u{2bff}' | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3020}'
            | '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}' | '\u{1f000}'..='\u{1faff}'
    );
    c.is_alphanumeric() || c == '_' || !(c.is_ascii() || c.is_whitespace() || c.is_control() || is_sign)
}
