//! Which file a SEARCH/REPLACE block is for, as aider's `find_filename` finds it.

const FENCE: &str = "```";

/// From what likeness on, of 0 to 1, a name is taken for another that is misspelt.
const LIKENESS: f64 = 0.8;

/// Longer names are taken as they are spelt: comparing takes a time cubic in their length.
const LONGEST: usize = 200;

/// The name in the lines above a block, the nearest last: of at most three, and no further than fences reach. It is `known` if
/// that is in one of them, as it is, by its last name, or misspelt; else the first with a dot, else the first.
pub(super) fn find(lines: &[&str], known: &str) -> Option<String> {
    let mut names = Vec::new();
    for line in lines.iter().rev().take(3) {
        names.extend(stripped(line));
        if !line.starts_with(FENCE) {
            break;
        }
    }
    let last_name = known.rsplit('/').next().unwrap_or(known);
    let is_known = |name: &&String| name.as_str() == known || name.as_str() == last_name;
    if names.iter().any(|name| is_known(&name)) || names.iter().any(|name| is_like(name, known)) {
        return Some(known.to_owned());
    }
    names.iter().find(|name| name.contains('.')).or(names.first()).cloned()
}

/// A line as a file's name, without marks around it; `None` where it has none.
fn stripped(line: &str) -> Option<String> {
    let name = line.trim();
    if name == "..." {
        return None;
    }
    if let Some(name) = name.strip_prefix(FENCE) {
        return name.contains(['.', '/']).then(|| name.to_owned());
    }
    let name = name.trim_end_matches(':').trim_start_matches('#').trim();
    let name = name.trim_matches('`').trim_matches('*');
    (!name.is_empty()).then(|| name.to_owned())
}

/// Python's `difflib.get_close_matches`, of one.
fn is_like(name: &str, known: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (known.chars().collect(), name.chars().collect());
    if a.len() > LONGEST || b.len() > LONGEST {
        return false;
    }
    let total = a.len() + b.len();
    total == 0 || 2.0 * common(&a, &b) as f64 / total as f64 >= LIKENESS
}

/// How many characters are in blocks that both have in the same order: the longest first, then those beside it.
fn common(a: &[char], b: &[char]) -> usize {
    let (mut best, mut at) = (0, (0, 0));
    for i in 0..a.len() {
        for j in 0..b.len() {
            let length = a[i..].iter().zip(&b[j..]).take_while(|(a, b)| a == b).count();
            if length > best {
                (best, at) = (length, (i, j));
            }
        }
    }
    match best {
        0 => 0,
        _ => best + common(&a[..at.0], &b[..at.1]) + common(&a[at.0 + best..], &b[at.1 + best..]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_above_fences_and_without_its_marks() {
        for line in ["a/b.py", "**a/b.py**", "`a/b.py`:", "### a/b.py", "b.py", "a/c.py"] {
            assert_eq!(find(&[line, "```python"], "a/b.py").as_deref(), Some("a/b.py"), "{line}");
            assert_eq!(find(&[line], "a/b.py").as_deref(), Some("a/b.py"), "{line}");
        }
        assert_eq!(find(&["b.py", "```", "```python"], "b.py").as_deref(), Some("b.py"));
        assert_eq!(find(&["```b.py"], "b.py").as_deref(), Some("b.py"));
    }

    #[test]
    fn other_names_are_what_they_are() {
        assert_eq!(find(&["other.txt"], "b.py").as_deref(), Some("other.txt"));
        assert_eq!(find(&["Like so"], "b.py").as_deref(), Some("Like so"));
        for none in [&["..."][..], &["", "text", ""], &["```"], &[], &["```python"]] {
            assert_eq!(find(none, "b.py"), None, "{none:?}");
        }
    }

    /// `difflib.SequenceMatcher(None, a, b).ratio()`.
    #[test]
    fn likeness_is_difflibs() {
        assert!(is_like("word_counts.py", "word_count.py") && is_like("wordcount.py", "word_count.py"));
        assert!(!is_like("main.py", "word_count.py") && !is_like("count.py", "word_count.py"));
    }
}
