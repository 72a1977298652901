//! As much of Python's grammar as extraction needs: where statements begin and end, what they bind at the top
//! level, and what can't be Python whatever stands around it. Everything is linear in the text's length.

mod keywords;
mod layout;
mod module;
mod scan;
mod statement;
mod string;

pub(super) use keywords::is_builtin;
pub(super) use layout::{dedent, indent_width, move_lines};
pub(super) use module::{Item, Kind, Module, describe};
pub(super) use scan::{Scan, Scanner, scan};
pub(super) use statement::{Statement, Token};

/// `text` up to the first statement that can't be Python. Cutting there destroys nothing: the whole would not
/// have compiled.
pub(super) fn python_prefix(text: &str) -> &str {
    let end = scan(text).statements.iter().find(|s| s.is_not_python()).map_or(text.len(), |s| s.span.start);
    &text[..end]
}

/// The name of the last function at the top level of `text`.
pub(super) fn last_function(text: &str) -> Option<&str> {
    scan(text).statements.iter().rev().filter(|statement| statement.indent.is_empty()).find_map(Statement::function)
}

/// The names of the classes at the top level of `text`, in its order.
pub(crate) fn classes(text: &str) -> Vec<String> {
    let module = Module::parse(text);
    let classes = module.items.iter().filter(|item| item.kind == Kind::Class);
    classes.flat_map(|item| item.binds.iter().map(|name| (*name).to_owned())).collect()
}

#[cfg(test)]
mod tests;
