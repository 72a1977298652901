use std::ops::Range;

use super::scan::{Scan, scan};
use super::statement::{Statement, Token};

/// What a top-level item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::extract) enum Kind {
    /// `from __future__ import ...`: must come first.
    Future,
    Import,
    Function,
    Class,
    Assignment,
    Other,
}

/// A top-level statement with everything that belongs to it: decorators, block, `else` branches.
#[derive(Debug)]
pub(in crate::extract) struct Item<'a> {
    pub(in crate::extract) kind: Kind,
    /// The names it binds in the module. A star import binds names that the text doesn't tell.
    pub(in crate::extract) binds: Vec<&'a str>,
    /// In bytes.
    pub(in crate::extract) span: Range<usize>,
    /// Indices into the scan's statements.
    pub(in crate::extract) statements: Range<usize>,
}

/// A text whose leftmost statements stand in the first column, as top-level items.
#[derive(Debug)]
pub(in crate::extract) struct Module<'a> {
    pub(in crate::extract) text: &'a str,
    pub(in crate::extract) scan: Scan<'a>,
    pub(in crate::extract) items: Vec<Item<'a>>,
}

impl<'a> Module<'a> {
    pub(in crate::extract) fn parse(text: &'a str) -> Module<'a> {
        let scan = scan(text);
        let mut items: Vec<Item<'a>> = Vec::new();
        let mut decorated = false;
        for (index, statement) in scan.statements.iter().enumerate() {
            match items.last_mut() {
                Some(item) if decorated || continues(statement) => {
                    item.span.end = statement.span.end;
                    item.statements.end = index + 1;
                    if decorated && statement.indent.is_empty() {
                        (item.kind, item.binds) = describe(statement);
                    }
                }
                _ => {
                    let (kind, binds) = describe(statement);
                    items.push(Item { kind, binds, span: statement.span.clone(), statements: index..index + 1 });
                }
            }
            decorated = statement.indent.is_empty() && statement.tokens.first() == Some(&Token::Mark('@'));
        }
        Module { text, scan, items }
    }

    pub(in crate::extract) fn binds(&self, name: &str) -> bool {
        self.items.iter().any(|item| item.binds.contains(&name))
    }

    pub(in crate::extract) fn source(&self, item: &Item<'_>) -> &'a str {
        &self.text[item.span.clone()]
    }

    /// The last class that has a method called `name`.
    pub(in crate::extract) fn class_with_method(&self, name: &str) -> Option<&'a str> {
        let classes = self.items.iter().filter(|item| item.kind == Kind::Class);
        let mut with_method = classes.rev().filter(|item| {
            let body = &self.scan.statements[item.statements.clone()];
            let inner = body.iter().find(|s| !s.indent.is_empty()).map(|s| s.indent);
            body.iter().any(|s| Some(s.indent) == inner && s.function() == Some(name))
        });
        with_method.next().and_then(|item| item.binds.first().copied())
    }
}

/// Whether `statement` belongs to the item before it.
fn continues(statement: &Statement<'_>) -> bool {
    !statement.indent.is_empty() || matches!(statement.first_word(), "elif" | "else" | "except" | "finally")
}

/// What `statement` is at the top level, and the names it binds there.
pub(in crate::extract) fn describe<'a>(statement: &Statement<'a>) -> (Kind, Vec<&'a str>) {
    if let Some(name) = statement.function() {
        return (Kind::Function, vec![name]);
    }
    if let Some(name) = statement.class() {
        return (Kind::Class, vec![name]);
    }
    let mut binds = Vec::new();
    let mut kind = Kind::Other;
    for part in statement.tokens.split(|token| *token == Token::Mark(';')) {
        match part {
            [Token::Name("from"), Token::Name("__future__"), ..] => kind = Kind::Future,
            [Token::Name("from" | "import" | "lazy"), ..] => {
                kind = Kind::Import;
                binds.extend(imported(part));
            }
            _ => {
                let names = assigned(part);
                if kind == Kind::Other && !names.is_empty() {
                    kind = Kind::Assignment;
                }
                binds.extend(names);
            }
        }
    }
    (kind, binds)
}

/// The names that `import a.b as c, d` or `from m import (a as b, c)` binds.
fn imported<'a>(tokens: &[Token<'a>]) -> Vec<&'a str> {
    let start = tokens.iter().position(|token| *token == Token::Name("import")).map_or(tokens.len(), |at| at + 1);
    let from = tokens.iter().take(start).any(|token| *token == Token::Name("from"));
    let clauses = tokens[start..].split(|token| *token == Token::Mark(','));
    let bound = clauses.filter_map(|clause| {
        let names = || clause.iter().filter_map(|token| if let Token::Name(name) = token { Some(*name) } else { None });
        let renamed = names().skip_while(|name| *name != "as").nth(1);
        // `import a.b` binds `a`.
        renamed.or_else(|| if from { names().next_back() } else { names().next() })
    });
    bound.collect()
}

/// The names that `a = b = 1`, `a, b = 1, 2` or `a: int = 1` binds.
fn assigned<'a>(tokens: &[Token<'a>]) -> Vec<&'a str> {
    if let [Token::Name(name), Token::Mark(':'), rest @ ..] = tokens {
        return if rest.contains(&Token::Mark('=')) { vec![name] } else { Vec::new() };
    }
    let mut names = Vec::new();
    let mut targets = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let next = tokens.get(index + 1);
        match token {
            // A call or an element of something: `f(a=1)`, `a[0] = 1`.
            Token::Name(_) if matches!(next, Some(Token::Mark('(' | '['))) => break,
            Token::Name(name) => targets.push(*name),
            Token::Mark('=') if next != Some(&Token::Mark('=')) => names.append(&mut targets),
            Token::Mark(',' | '(' | ')' | '[' | ']' | '*') => {}
            _ => break,
        }
    }
    names
}
