/// What a token is, as far as it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::extract) enum TokenKind {
    /// A name or a keyword.
    Word,
    /// A number, a string, a regular expression, or a piece of a template literal.
    Literal,
    /// A character of an operator, or a bracket.
    Mark(u8),
}

#[derive(Debug, Clone, Copy)]
pub(in crate::extract) struct Token<'a> {
    pub(in crate::extract) kind: TokenKind,
    pub(in crate::extract) text: &'a str,
    /// In bytes.
    pub(in crate::extract) start: usize,
    /// In how many brackets it stands; an opening bracket and its closing one stand outside of what they enclose.
    pub(in crate::extract) depth: usize,
    /// Whether a line ends between the token before it and itself.
    pub(in crate::extract) after_break: bool,
}

impl<'a> Token<'a> {
    pub(in crate::extract) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// The name or keyword that it is, or the empty string.
    pub(in crate::extract) fn word(&self) -> &'a str {
        if self.kind == TokenKind::Word { self.text } else { "" }
    }

    pub(in crate::extract) fn is(&self, mark: u8) -> bool {
        self.kind == TokenKind::Mark(mark)
    }
}

/// A text's tokens, up to where it can't be JavaScript.
#[derive(Debug, Default)]
pub(in crate::extract) struct Scan<'a> {
    pub(in crate::extract) tokens: Vec<Token<'a>>,
    /// The offset of a closing bracket that closes nothing; nothing after it was read.
    pub(in crate::extract) broken: Option<usize>,
    /// How many brackets are open at the end.
    pub(in crate::extract) open: usize,
}

/// Words after which a slash begins a regular expression, and a statement can't end.
const OPERATORS: [&str; 17] = [
    "await",
    "case",
    "delete",
    "do",
    "else",
    "extends",
    "in",
    "instanceof",
    "new",
    "of",
    "return",
    "throw",
    "typeof",
    "void",
    "yield",
    "as",
    "satisfies",
];

pub(super) fn is_operator(word: &str) -> bool {
    OPERATORS.contains(&word)
}

/// Reads the tokens of `text`.
pub(in crate::extract) fn scan(text: &str) -> Scan<'_> {
    let mut scanner = Scanner {
        text,
        at: 0,
        brackets: Vec::new(),
        after_break: true,
        no_expression_before: 0,
        scan: Scan::default(),
    };
    if text.starts_with("#!") {
        scanner.at = scanner.line_end();
    }
    while scanner.advance() {}
    scanner.scan.open = scanner.brackets.len();
    scanner.scan
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    /// The opening brackets; a backtick for `${`.
    brackets: Vec<u8>,
    after_break: bool,
    /// No regular expression begins before this offset: one was looked for to the end of its line.
    no_expression_before: usize,
    scan: Scan<'a>,
}

impl<'a> Scanner<'a> {
    /// Reads white space, a comment or a token; `false` at the end.
    fn advance(&mut self) -> bool {
        let Some(byte) = self.peek(0) else { return false };
        match byte {
            b'\n' | b'\r' => {
                self.after_break = true;
                self.at += 1;
            }
            b' ' | b'\t' | 0x0b | 0x0c => self.at += 1,
            b'/' if self.peek(1) == Some(b'/') => self.at = self.line_end(),
            b'/' if self.peek(1) == Some(b'*') => self.comment(),
            b'/' if self.at >= self.no_expression_before && !self.after_operand() => self.regular_expression(),
            b'"' | b'\'' => self.string(byte),
            b'`' => self.template(),
            b'}' if self.brackets.last() == Some(&b'`') => {
                self.brackets.pop();
                self.template();
            }
            b'(' | b'[' | b'{' => {
                self.push(TokenKind::Mark(byte), self.at + 1);
                self.brackets.push(byte);
            }
            b')' | b']' | b'}' => return self.close(byte),
            b'0'..=b'9' => self.number(),
            b'!'..=b'~' if !matches!(byte, b'_' | b'$' | b'a'..=b'z' | b'A'..=b'Z') => {
                self.push(TokenKind::Mark(byte), self.at + 1);
            }
            _ => self.word(),
        }
        true
    }

    fn close(&mut self, byte: u8) -> bool {
        let opening = match byte {
            b')' => b'(',
            b']' => b'[',
            _ => b'{',
        };
        if self.brackets.last() != Some(&opening) {
            self.scan.broken = Some(self.at);
            return false;
        }
        self.brackets.pop();
        self.push(TokenKind::Mark(byte), self.at + 1);
        true
    }

    fn push(&mut self, kind: TokenKind, end: usize) {
        let (start, depth) = (self.at, self.brackets.len());
        let after_break = std::mem::take(&mut self.after_break);
        self.scan.tokens.push(Token { kind, text: &self.text[start..end], start, depth, after_break });
        self.at = end;
    }

    fn comment(&mut self) {
        let rest = &self.text[self.at..];
        let length = rest[2..].find("*/").map_or(rest.len(), |at| at + 4);
        self.after_break |= rest[..length].contains('\n');
        self.at += length;
    }

    /// A string ends at the end of its line at the latest, unless a backslash stands there.
    fn string(&mut self, quote: u8) {
        let mut end = self.at + 1;
        while let Some(byte) = self.text.as_bytes().get(end) {
            match byte {
                b'\n' => break,
                b'\\' => end += 2,
                _ => end += 1,
            }
            if *byte == quote {
                break;
            }
        }
        self.push(TokenKind::Literal, self.boundary(end));
    }

    /// A template literal's text from a backtick or a field's end, up to the next backtick or field.
    fn template(&mut self) {
        let mut end = self.at + 1;
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(end) {
            match byte {
                b'\\' => end += 2,
                b'`' => return self.push(TokenKind::Literal, end + 1),
                b'$' if bytes.get(end + 1) == Some(&b'{') => {
                    self.push(TokenKind::Literal, end + 2);
                    return self.brackets.push(b'`');
                }
                _ => end += 1,
            }
        }
        self.push(TokenKind::Literal, self.text.len());
    }

    /// On one line, or else it is a division.
    fn regular_expression(&mut self) {
        let bytes = self.text.as_bytes();
        let (mut end, mut in_class) = (self.at + 1, false);
        while let Some(byte) = bytes.get(end) {
            match byte {
                b'\n' | b'\r' => break,
                b'\\' => end += 1,
                b'[' => in_class = true,
                b']' => in_class = false,
                b'/' if !in_class => {
                    let flags = bytes[end + 1..].iter().take_while(|b| b.is_ascii_alphabetic()).count();
                    return self.push(TokenKind::Literal, end + 1 + flags);
                }
                _ => {}
            }
            end += 1;
        }
        self.no_expression_before = end;
        self.push(TokenKind::Mark(b'/'), self.at + 1);
    }

    fn number(&mut self) {
        let rest = &self.text[self.at..];
        let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '.')).unwrap_or(rest.len());
        self.push(TokenKind::Literal, self.at + length);
    }

    /// A name; whatever is neither ASCII nor white space counts as one.
    fn word(&mut self) {
        let rest = &self.text[self.at..];
        let in_word =
            |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$') || (!c.is_ascii() && !c.is_whitespace());
        match rest.find(|c: char| !in_word(c)).unwrap_or(rest.len()) {
            // Another kind of white space, or a control character.
            0 => {
                self.after_break |= rest.starts_with(['\u{2028}', '\u{2029}']);
                self.at += rest.chars().next().map_or(1, char::len_utf8);
            }
            length => self.push(TokenKind::Word, self.at + length),
        }
    }

    fn after_operand(&self) -> bool {
        self.scan.tokens.last().is_some_and(|token| match token.kind {
            TokenKind::Word => !is_operator(token.text),
            TokenKind::Literal => !token.text.ends_with("${"),
            TokenKind::Mark(mark) => matches!(mark, b')' | b']' | b'}'),
        })
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    fn line_end(&self) -> usize {
        self.text[self.at..].find(['\n', '\r']).map_or(self.text.len(), |length| self.at + length)
    }

    /// `at`, or the next offset at which a character begins.
    fn boundary(&self, at: usize) -> usize {
        (at..self.text.len()).find(|at| self.text.is_char_boundary(*at)).unwrap_or(self.text.len())
    }
}
