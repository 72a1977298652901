use std::collections::{HashMap, HashSet};

use ruff_python_ast::token::{Token, TokenKind};
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, ModModule, Stmt};
use ruff_python_parser::Parsed;
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::syntax::parse;

/// A definition at the top level, by the name under which EvalPlus knows it.
struct Definition<'a> {
    name: Option<&'a str>,
    range: TextRange,
}

/// The imports of `code`, and of its definitions those that `entry_point` needs, as EvalPlus sees it; without an entry
/// point all of them. Each is there as it was, with one line break between them.
///
/// Definitions are classes, functions that return something and assignments; the first of a name. What is decorated, and
/// imports from `__future__`, are no definitions and no imports to it. Needed is what any identifier names that stands in what is needed.
pub(super) fn reachable(code: &str, entry_point: Option<&str>) -> String {
    let Ok(module) = parse(code) else { return String::new() };
    let mut imports = Vec::new();
    let mut definitions: Vec<Definition<'_>> = Vec::new();
    for statement in &module.syntax().body {
        match statement {
            Stmt::Import(_) => imports.push(statement.range()),
            Stmt::ImportFrom(import) => {
                if import.module.as_ref().is_none_or(|module| module.as_str() != "__future__") {
                    imports.push(statement.range());
                }
            }
            _ => {
                let found = definition(statement, code);
                definitions.extend(found.filter(|found| definitions.iter().all(|other| other.name != found.name)));
            }
        }
    }
    let needed = entry_point.map(|entry_point| needed(entry_point, &definitions, &module, code));
    let is_needed = |definition: &&Definition<'_>| {
        needed.as_ref().is_none_or(|needed| definition.name.is_some_and(|name| needed.contains(name)))
    };
    let kept = definitions.iter().filter(is_needed).map(|definition| definition.range);
    let parts: Vec<&str> = imports.into_iter().chain(kept).map(|range| &code[range]).collect();
    parts.join("\n")
}

fn definition<'a>(statement: &'a Stmt, code: &'a str) -> Option<Definition<'a>> {
    let (name, range) = match statement {
        Stmt::ClassDef(class) if class.decorator_list.is_empty() => {
            (Some(class.name.as_str()), with_comments(class.range(), &class.body, code))
        }
        Stmt::FunctionDef(function) if function.decorator_list.is_empty() && returns(&function.body) => {
            (Some(function.name.as_str()), with_comments(function.range(), &function.body, code))
        }
        Stmt::Assign(assign) => {
            // The first identifier beside the sign is the name, and be it the value.
            let value = (assign.targets.len() == 1).then_some(&*assign.value);
            (named(&assign.targets[0], value, assign.range(), code), assign.range())
        }
        Stmt::AnnAssign(assign) => {
            (named(&assign.target, assign.value.as_deref(), assign.range(), code), assign.range())
        }
        _ => return None,
    };
    Some(Definition { name, range })
}

/// The range of a definition with the comments at its end: on its last line, and below it as far to the right as its body.
fn with_comments(range: TextRange, body: &[Stmt], code: &str) -> TextRange {
    let line_of = |at: TextSize| code[..at.to_usize()].rfind('\n').map_or(0, |at| at + 1);
    let start = body.first().map_or(range.start(), Ranged::start);
    let indent = indent(&code[line_of(start)..start.to_usize()]);
    let mut end = range.end().to_usize();
    let mut at = end;
    for (number, line) in code[end..].split('\n').enumerate() {
        let text = line.trim_start_matches([' ', '\t', ';']);
        let space = &line[..line.len() - text.len()];
        if number == 0 {
            end += space.rfind(';').map_or(0, |at| at + 1);
        }
        let inside = number == 0 || indent.is_some_and(|indent| self::indent(space) >= Some(indent));
        if text.starts_with('#') && inside {
            end = at + line.len();
        } else if !text.trim().is_empty() {
            break;
        }
        at += line.len() + 1;
    }
    TextRange::new(range.start(), TextSize::try_from(end).unwrap_or(range.end()))
}

/// How far to the right white space goes, as tree-sitter counts it; `None` where it is not only that.
fn indent(space: &str) -> Option<usize> {
    space
        .chars()
        .map(|c| match c {
            ' ' => Some(1),
            '\t' => Some(8),
            _ => None,
        })
        .sum()
}

/// The name by which an assignment is known: its target or else its value, if that is a name without parentheses.
fn named<'a>(target: &Expr, value: Option<&Expr>, whole: TextRange, code: &'a str) -> Option<&'a str> {
    let target = Some(target).filter(|target| target.is_name_expr() && target.start() == whole.start());
    let value = value.filter(|value| value.is_name_expr() && value.end() == whole.end());
    target.or(value).map(|name| &code[name.range()])
}

fn returns(body: &[Stmt]) -> bool {
    struct Returns(bool);
    impl<'a> Visitor<'a> for Returns {
        fn visit_stmt(&mut self, statement: &'a Stmt) {
            self.0 |= matches!(statement, Stmt::Return(_));
            visitor::walk_stmt(self, statement);
        }
    }
    let mut found = Returns(false);
    found.visit_body(body);
    found.0
}

/// The names that can be reached from `entry_point`.
fn needed<'a>(
    entry_point: &'a str,
    definitions: &[Definition<'a>],
    module: &Parsed<ModModule>,
    code: &'a str,
) -> HashSet<&'a str> {
    let by_name: HashMap<&str, TextRange> =
        definitions.iter().filter_map(|definition| Some((definition.name?, definition.range))).collect();
    let (mut seen, mut queue) = (HashSet::from([entry_point]), vec![entry_point]);
    while let Some(name) = queue.pop() {
        let Some(range) = by_name.get(name) else { continue };
        let identifiers = module.tokens().in_range(*range).iter().filter(|token| may_be_name(token));
        queue.extend(identifiers.map(|token| &code[token.range()]).filter(|name| seen.insert(name)));
    }
    seen
}

fn may_be_name(token: &Token) -> bool {
    token.kind() == TokenKind::Name || token.kind().is_soft_keyword()
}
