//! Words of TypeScript that say what may come after them.

/// Whether `byte` may be within a word, or within several that dots join.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'\\' | b'#' | b'@' | b'.') || byte >= 0x80
}

/// Words that an expression may follow, and some of them an operator too.
pub(super) const KEYWORDS: &[&[u8]] = &[
    b"as",
    b"asserts",
    b"await",
    b"case",
    b"default",
    b"delete",
    b"do",
    b"else",
    b"extends",
    b"finally",
    b"in",
    b"infer",
    b"instanceof",
    b"is",
    b"keyof",
    b"new",
    b"of",
    b"out",
    b"return",
    b"satisfies",
    b"throw",
    b"try",
    b"typeof",
    b"void",
    b"yield",
    b"...",
    b".",
    b"async",
    b"get",
    b"set",
    b"static",
    b"declare",
    b"abstract",
    b"readonly",
    b"unique",
    b"type",
];

const STATEMENTS: &[&[u8]] = &[
    b"break",
    b"class",
    b"const",
    b"continue",
    b"enum",
    b"export",
    b"for",
    b"function",
    b"if",
    b"import",
    b"interface",
    b"let",
    b"return",
    b"switch",
    b"throw",
    b"try",
    b"type",
    b"var",
    b"while",
];

/// Whether `line` begins with a word that only a statement begins with.
pub(super) fn starts_statement(line: &[u8]) -> bool {
    let len = line.iter().position(|byte| !is_word(*byte)).unwrap_or(line.len());
    STATEMENTS.contains(&&line[..len])
}
