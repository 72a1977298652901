/// The language that is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    Python,
    /// And TypeScript: which of them a block says it is tells nothing.
    JavaScript,
    /// Whatever it is.
    Any,
}

/// What a fence's info string says of its block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tag {
    /// Another language, or output.
    Other,
    /// Nothing.
    None,
    /// The language that is looked for.
    Wanted,
}

impl Tag {
    /// Reads an info string such as `python`, `Python3`, `{.python}`, `py title="a.py"` or `python:a.py`.
    pub(super) fn parse(info: &str, wanted: Language) -> Tag {
        let found = match language(info).as_str() {
            "" => return Tag::None,
            "python" | "python3" | "py" | "py3" | "ipython" | "ipython3" => Some(Language::Python),
            "javascript" | "js" | "mjs" | "cjs" | "jsx" | "node" | "nodejs" | "ecmascript" | "typescript" | "ts"
            | "mts" | "cts" | "tsx" => Some(Language::JavaScript),
            _ => None,
        };
        if wanted == Language::Any || found == Some(wanted) { Tag::Wanted } else { Tag::Other }
    }
}

/// Whether the info string is Markdown's: a block that holds an answer, not code.
pub(super) fn is_markdown(info: &str) -> bool {
    matches!(language(info).as_str(), "markdown" | "md")
}

fn language(info: &str) -> String {
    let info = info.trim().trim_start_matches(['{', '.', ' ']);
    let end = info.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(info.len());
    info[..end].to_ascii_lowercase()
}
