//! What a JavaScript source needs that most programs do not.

/// Words of which each needs the library for languages and countries.
const OF_INTL: &[&str] = &["Intl", "toLocale", "localeCompare"];

/// `Intl` for a source that may use it, else nothing.
///
/// More may be found than is used, in comments and strings: that only decides where a program starts, not what it does.
pub(super) fn mentions(source: &str) -> Vec<&str> {
    if OF_INTL.iter().any(|word| source.contains(word)) { vec!["Intl"] } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_depends_on_languages_is_seen() {
        for source in ["new Intl.Collator()", "names.sort((a, b) => a.localeCompare(b))", "n.toLocaleString('en')"] {
            assert_eq!(mentions(source), ["Intl"]);
        }
        assert!(mentions("export const add = (a, b) => a + b;").is_empty());
    }
}
