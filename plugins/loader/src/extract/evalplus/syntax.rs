use ruff_python_ast::ModModule;
use ruff_python_ast::token::TokenKind;
use ruff_python_parser::lexer::lex;
use ruff_python_parser::{
    InterpolatedStringErrorType, LexicalErrorType, Mode, ParseErrorType, ParseOptions, Parsed, parse_unchecked,
};
use ruff_text_size::Ranged as _;

/// How many operators an expression may have without a comma between them.
const MOST_OPERATORS: usize = 4_000;

/// CPython's own limits.
const MOST_BRACKETS: usize = 200;
const MOST_INDENTS: usize = 100;

/// Where a text is not Python.
#[derive(Debug, Clone, Copy)]
pub(super) struct NotPython {
    /// The offset of the first error.
    pub(super) at: usize,
    /// Whether more text could make it right, such as the end of a string.
    pub(super) open: bool,
}

/// `text` as a module.
///
/// # Errors
/// Where its first error is. Unless that is open, nothing that begins with the line of the error and what is before it is a module.
pub(super) fn parse(text: &str) -> Result<Parsed<ModModule>, NotPython> {
    if let Some(at) = text.find(['\0', '\u{feff}']) {
        // CPython refuses the first everywhere, and the second anywhere but in strings and comments.
        return Err(NotPython { at, open: false });
    }
    if nests_too_deep(text, MOST_OPERATORS) {
        return Err(NotPython { at: text.len(), open: true });
    }
    let parsed = parse_unchecked(text, ParseOptions::from(Mode::Module));
    match parsed.errors().iter().min_by_key(|error| error.start()) {
        Some(error) => {
            let at = error.start().to_usize();
            Err(NotPython { at, open: is_open(&error.error, &text[at..]) })
        }
        None => parsed.try_into_module().ok_or(NotPython { at: 0, open: false }),
    }
}

/// Whether what follows could close what is open at the error: strings in one quote end with their line.
fn is_open(error: &ParseErrorType, from: &str) -> bool {
    let of_parts = |error: &InterpolatedStringErrorType| {
        matches!(error, InterpolatedStringErrorType::UnterminatedTripleQuotedString)
    };
    match error {
        ParseErrorType::Lexical(error) => match error {
            LexicalErrorType::UnclosedStringError => {
                let quotes = from.trim_start_matches(|c: char| c.is_ascii_alphabetic());
                quotes.starts_with("\"\"\"") || quotes.starts_with("'''")
            }
            LexicalErrorType::Eof => true,
            LexicalErrorType::FStringError(error) | LexicalErrorType::TStringError(error) => of_parts(error),
            _ => false,
        },
        ParseErrorType::FStringError(error) | ParseErrorType::TStringError(error) => of_parts(error),
        _ => false,
    }
}

/// Whether the parser would go deeper into `text` than is foreseen. It does with each operator that nests, so an expression may
/// have `most_operators` without a comma between them.
pub(crate) fn nests_too_deep(text: &str, most_operators: usize) -> bool {
    let mut lexer = lex(text, Mode::Module);
    // Of each bracket that is open, the operators before it.
    let mut open: Vec<usize> = Vec::new();
    let (mut operators, mut indents) = (0_usize, 0_usize);
    loop {
        match lexer.next_token() {
            TokenKind::EndOfFile => return false,
            TokenKind::Indent => indents += 1,
            TokenKind::Dedent => indents = indents.saturating_sub(1),
            TokenKind::Comma | TokenKind::Newline | TokenKind::Semi => operators = 0,
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => open.push(std::mem::take(&mut operators)),
            // A call or a subscript is one operator more.
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => operators = open.pop().unwrap_or_default() + 1,
            kind if kind.is_operator() || kind.is_keyword() || kind == TokenKind::FStringStart => operators += 1,
            _ => {}
        }
        if operators > most_operators || open.len() > MOST_BRACKETS || indents >= MOST_INDENTS {
            return true;
        }
    }
}
