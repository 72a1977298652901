use super::python::{Scan, indent_width, move_lines, scan};

/// The body of a function without its signature, put under the prompt's signature. The body's leftmost
/// statement stands in the first column.
pub(super) fn under_signature(prompt: &str, body: &str) -> String {
    let mut code = prompt.to_owned();
    if !code.ends_with('\n') {
        code.push('\n');
    }
    code.push_str(&move_lines(body, &scan(body), "", &body_indent(prompt)));
    if !code.ends_with('\n') {
        code.push('\n');
    }
    code
}

/// Whether the statements return from a function that they don't define.
pub(super) fn returns_from_nowhere(scan: &Scan<'_>) -> bool {
    let mut function: Option<usize> = None;
    scan.statements.iter().any(|statement| {
        let width = indent_width(statement.indent);
        if function.is_some_and(|outer| width <= outer) {
            function = None;
        }
        if function.is_none() && statement.function().or(statement.class()).is_some() {
            function = Some(width);
        }
        function.is_none() && (statement.has_word("return") || statement.has_word("yield"))
    })
}

/// The indentation of the prompt's last statement, or one level below it when it opens a block.
fn body_indent(prompt: &str) -> String {
    let scan = scan(prompt);
    match scan.statements.last() {
        Some(last) if last.opens_block() => format!("{}    ", last.indent),
        Some(last) if !last.indent.is_empty() => last.indent.to_owned(),
        _ => "    ".to_owned(),
    }
}
