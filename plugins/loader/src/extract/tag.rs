/// What a fence's info string says of its block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tag {
    /// Another language, or output.
    Other,
    /// Nothing.
    None,
    Python,
}

impl Tag {
    /// Reads an info string such as `python`, `Python3`, `{.python}`, `py title="a.py"` or `python:a.py`.
    pub(super) fn parse(info: &str) -> Tag {
        match language(info).as_str() {
            "" => Tag::None,
            "python" | "python3" | "py" | "py3" | "ipython" | "ipython3" => Tag::Python,
            _ => Tag::Other,
        }
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
