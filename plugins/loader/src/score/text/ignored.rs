use serde::Deserialize;

/// What does not count where texts are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Ignored {
    /// Upper and lower case.
    Case,
    /// Characters of punctuation in ASCII: `'string.punctuation'` of Python's.
    Punctuation,
    /// How much white space there is: a run of it counts as one space.
    Space,
}

/// `text` without space at its ends, and without what is ignored.
pub(super) fn normal(text: &str, ignored: &[Ignored]) -> String {
    let mut text = text.to_owned();
    if ignored.contains(&Ignored::Case) {
        text = text.to_lowercase();
    }
    if ignored.contains(&Ignored::Punctuation) {
        text.retain(|c| !c.is_ascii_punctuation());
    }
    if ignored.contains(&Ignored::Space) {
        text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    text.trim().to_owned()
}
