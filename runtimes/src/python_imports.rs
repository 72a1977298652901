//! Which packages a Python source may import.

/// The top-level names of the modules that `import` and `from` statements in `source` name.
///
/// More may be found than is imported, in comments and strings: that only decides where a program starts, not what it
/// does. What is imported by a computed name is not found.
pub(crate) fn imports(source: &str) -> impl Iterator<Item = &str> {
    let words = source.match_indices("import").map(|(at, word)| (at, word, true));
    let words = words.chain(source.match_indices("from").map(|(at, word)| (at, word, false)));
    words.filter(|(at, word, _)| is_word(source, *at, word)).flat_map(|(at, word, many)| {
        let line = source[at + word.len()..].split(['\n', ';', '#', '(']).next().unwrap_or_default();
        line.split(',').take(if many { usize::MAX } else { 1 }).filter_map(top_level)
    })
}

/// Whether `word`, found at `at`, stands for itself.
fn is_word(source: &str, at: usize, word: &str) -> bool {
    let before = source[..at].chars().next_back();
    let after = source[at + word.len()..].chars().next();
    !before.is_some_and(is_name) && after.is_some_and(|c| c == ' ' || c == '\t')
}

/// The first name in a dotted one.
fn top_level(module: &str) -> Option<&str> {
    let module = module.trim_start();
    let end = module.find(|c| !is_name(c)).unwrap_or(module.len());
    Some(&module[..end]).filter(|name| !name.is_empty())
}

fn is_name(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str) -> Vec<&str> {
        imports(source).collect()
    }

    #[test]
    fn every_form_of_the_statements_is_seen() {
        assert_eq!(found("import numpy"), ["numpy"]);
        assert_eq!(found("import os, numpy.linalg as la , re"), ["os", "numpy", "re"]);
        assert!(found("def f():\n\tfrom scipy.stats import (\n  norm)").contains(&"scipy"));
        assert!(found("try: import pandas as pd; x = 1\nexcept ImportError: pass").contains(&"pandas"));
    }

    #[test]
    fn what_is_no_statement_names_nothing() {
        assert!(found("important = 1\nx.import_module('a')\n__import__('b')\nfrom .here").is_empty());
        assert!(found("import").is_empty() && found("from ").is_empty() && found("import ü\u{301}x\u{0}").len() == 1);
    }
}
