use std::ops::Range;

use super::scan::{Scan, Token, TokenKind, is_operator, scan};

/// What an item at the top level is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::extract) enum Kind {
    Function,
    Class,
    /// `const`, `let` and `var`.
    Variable,
    Import,
    /// What only TypeScript has and no code is left of, and enumerations.
    Type,
    Other,
}

/// A declaration or a statement at the top level.
#[derive(Debug)]
pub(in crate::extract) struct Item<'a> {
    pub(in crate::extract) kind: Kind,
    /// The names that it declares.
    pub(in crate::extract) names: Vec<&'a str>,
    /// In bytes; without what stands before it, such as comments.
    pub(in crate::extract) span: Range<usize>,
    /// Indices of its tokens.
    pub(in crate::extract) tokens: Range<usize>,
    /// `export` and `default` before it, in tokens.
    pub(in crate::extract) modifiers: usize,
}

/// A text as top-level items.
#[derive(Debug)]
pub(in crate::extract) struct Module<'a> {
    pub(in crate::extract) text: &'a str,
    pub(in crate::extract) scan: Scan<'a>,
    pub(in crate::extract) items: Vec<Item<'a>>,
}

impl<'a> Module<'a> {
    pub(in crate::extract) fn parse(text: &'a str) -> Module<'a> {
        let scan = scan(text);
        let mut items = Vec::new();
        let mut at = 0;
        while at < scan.tokens.len() {
            let end = item_end(&scan.tokens, at);
            items.push(item(&scan.tokens, at..end));
            at = end;
        }
        Module { text, scan, items }
    }

    /// The last item that declares `name`.
    pub(in crate::extract) fn declaration(&self, name: &str) -> Option<usize> {
        self.items.iter().rposition(|item| item.names.contains(&name))
    }

    pub(in crate::extract) fn declares(&self, name: &str) -> bool {
        self.declaration(name).is_some()
    }

    pub(in crate::extract) fn tokens(&self, item: &Item<'_>) -> &[Token<'a>] {
        &self.scan.tokens[item.tokens.clone()]
    }

    pub(in crate::extract) fn source(&self, item: &Item<'_>) -> &'a str {
        &self.text[item.span.clone()]
    }

    /// Whether every bracket that the item at `index` opens is closed.
    pub(in crate::extract) fn is_whole(&self, index: usize) -> bool {
        index + 1 < self.items.len() || self.scan.open == 0
    }
}

/// The words that an item's first one may follow.
const MODIFIERS: [&str; 5] = ["export", "default", "declare", "async", "abstract"];

/// Words that begin a statement and so end the one before, wherever its line ends.
const STARTS: [&str; 21] = [
    "async",
    "class",
    "const",
    "declare",
    "do",
    "enum",
    "export",
    "for",
    "function",
    "if",
    "import",
    "interface",
    "let",
    "namespace",
    "return",
    "switch",
    "throw",
    "try",
    "type",
    "var",
    "while",
];

/// The index of the token after the item that begins with token `start`.
fn item_end(tokens: &[Token<'_>], start: usize) -> usize {
    let first = start + tokens[start..].iter().take_while(|token| MODIFIERS.contains(&token.word())).count();
    let word = tokens.get(first).map_or("", Token::word);
    // Ends with its block; anything else goes on after one, as `const f = () => {}` does.
    let block = matches!(
        word,
        "function" | "class" | "interface" | "enum" | "namespace" | "if" | "for" | "while" | "do" | "switch" | "try"
    ) || tokens.get(first).is_some_and(|token| token.is(b'{'));
    let top = |index: &usize| tokens[*index].depth == 0;
    for index in (start..tokens.len()).filter(top) {
        let token = &tokens[index];
        let next = tokens.get(index + 1).filter(|next| next.depth == 0);
        if token.is(b';') && next.is_none_or(|next| next.word() != "else") {
            return index + 1;
        }
        let Some(next) = next else { continue };
        if block && token.is(b'}') && index > first && !goes_on(next) {
            return index + 1;
        }
        if next.after_break && index >= first && can_end(token) && can_begin(next) {
            return index + 1;
        }
    }
    tokens.len()
}

/// Whether a block's item goes on with `next`: another branch, or a function's body after its type.
fn goes_on(next: &Token<'_>) -> bool {
    matches!(next.word(), "else" | "catch" | "finally")
        || (next.is(b'{') || next.is(b'|') || next.is(b'&') || next.is(b'[')) && !next.after_break
}

fn can_end(token: &Token<'_>) -> bool {
    match token.kind {
        TokenKind::Word => !is_operator(token.text),
        TokenKind::Literal => true,
        TokenKind::Mark(mark) => matches!(mark, b')' | b']' | b'}'),
    }
}

fn can_begin(next: &Token<'_>) -> bool {
    match next.kind {
        TokenKind::Word => STARTS.contains(&next.text) || !is_operator(next.text) && next.text != "else",
        TokenKind::Literal => !next.text.starts_with('`'),
        TokenKind::Mark(mark) => matches!(mark, b'{' | b'@' | b'#'),
    }
}

fn item<'a>(tokens: &[Token<'a>], range: Range<usize>) -> Item<'a> {
    let own = &tokens[range.clone()];
    let modifiers = own.iter().take_while(|token| matches!(token.word(), "export" | "default")).count();
    let rest = &own[modifiers..];
    let skipped = rest.iter().take_while(|token| matches!(token.word(), "declare" | "async" | "abstract")).count();
    let rest = &rest[skipped..];
    let name =
        |kind: Kind| (kind, rest[1..].iter().find(|token| !token.is(b'*')).map(Token::word).into_iter().collect());
    let (kind, names): (Kind, Vec<&str>) = match rest.first().map_or("", Token::word) {
        "function" => name(Kind::Function),
        "class" => name(Kind::Class),
        "const" if rest.get(1).is_some_and(|token| token.word() == "enum") => (Kind::Type, vec![word(rest, 2)]),
        "const" | "let" | "var" => (Kind::Variable, declared(&rest[1..])),
        "import" if !rest.get(1).is_some_and(|token| token.is(b'(') || token.is(b'.')) => (Kind::Import, words(rest)),
        "interface" | "enum" | "namespace" | "type" if !word(rest, 1).is_empty() => (Kind::Type, vec![word(rest, 1)]),
        _ => (Kind::Other, Vec::new()),
    };
    let names = names.into_iter().filter(|name| !name.is_empty()).collect();
    let span = own[0].start..own[own.len() - 1].end();
    Item { kind, names, span, tokens: range, modifiers }
}

fn word<'a>(tokens: &[Token<'a>], index: usize) -> &'a str {
    tokens.get(index).map_or("", Token::word)
}

/// The names in `import a, { b as c } from "m"`, and some that are not: `import`, `from`, `b`.
fn words<'a>(tokens: &[Token<'a>]) -> Vec<&'a str> {
    tokens[1..].iter().map(Token::word).filter(|word| !matches!(*word, "from" | "as" | "type")).collect()
}

/// The names that `a = 1, { b, c: [d] } = e` declares, and some that it doesn't: `c`.
fn declared<'a>(tokens: &[Token<'a>]) -> Vec<&'a str> {
    let mut names = Vec::new();
    let mut in_pattern = true;
    for token in tokens {
        match token.kind {
            TokenKind::Mark(b',') if token.depth == 0 => in_pattern = true,
            TokenKind::Mark(b'=' | b':') if token.depth == 0 => in_pattern = false,
            TokenKind::Word if in_pattern => names.push(token.text),
            _ => {}
        }
    }
    names
}
