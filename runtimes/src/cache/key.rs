use serde::{Deserialize, Serialize};

use crate::digest;

/// Everything that a prepared runtime depends on: named values, in order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Key {
    runtime: String,
    fields: Vec<(String, String)>,
}

impl Key {
    /// A key of the runtime of that name, for example `python`, with no fields yet.
    pub fn new(runtime: impl Into<String>) -> Self {
        Key { runtime: runtime.into(), fields: Vec::new() }
    }

    /// The same key with one more field.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.fields.push((name.into(), value.into()));
        self
    }

    /// The runtime's name.
    #[must_use]
    pub fn runtime(&self) -> &str {
        &self.runtime
    }

    /// The fields' names and values.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// What `other`, of the same runtime, has that this key has not, as the user reads it.
    pub(super) fn difference(&self, other: &Self) -> Option<String> {
        if self == other {
            return None;
        }
        let of = |key: &Self, name: &str| {
            key.fields().find(|(field, _)| *field == name).map_or("none", |(_, value)| value).to_owned()
        };
        let names = self.fields().chain(other.fields()).map(|(name, _)| name);
        let differing =
            names.map(|name| (name, of(self, name), of(other, name))).find(|(_, ours, theirs)| ours != theirs);
        Some(match differing {
            Some((name, ours, theirs)) => {
                format!("`{name}` of {} is {theirs} there, and {ours} here", self.runtime)
            }
            None => format!("{} is described in another order there", self.runtime),
        })
    }

    /// What the entry is called: the runtime's name and 16 hexadecimal digits.
    pub(super) fn directory(&self) -> String {
        let mut bytes = Vec::new();
        let texts = self.fields().flat_map(|(name, value)| [name, value]);
        for text in std::iter::once(self.runtime()).chain(texts) {
            // The length before each text: no two keys have the same bytes.
            bytes.extend((text.len() as u64).to_le_bytes());
            bytes.extend(text.as_bytes());
        }
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
        let name: String = self.runtime.chars().map(plain).collect();
        format!("{name}-{}", &digest::sha256(&bytes)[..16])
    }
}

/// Whether `name` could have come from [`Key::directory`]: nothing else in the cache directory is touched.
pub(super) fn is_entry_name(name: &str) -> bool {
    name.rsplit_once('-').is_some_and(|(runtime, digits)| {
        !runtime.is_empty()
            && runtime.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && digits.len() == 16
            && digits.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_differ_in_any_way_have_entries_of_their_own() {
        let keys = [
            Key::new("python"),
            Key::new("javascript"),
            Key::new("python").with("a", "bc"),
            Key::new("python").with("ab", "c"),
            Key::new("python").with("a", "b").with("c", ""),
            Key::new("python").with("c", "").with("a", "b"),
        ];
        let names: std::collections::BTreeSet<_> = keys.iter().map(Key::directory).collect();
        assert_eq!(names.len(), keys.len());
        assert!(names.iter().all(|name| is_entry_name(name)), "{names:?}");
        assert!(Key::new("../x").directory().starts_with("___x-"));
    }

    #[test]
    fn names_of_other_files_are_not_taken_for_entries() {
        for name in
            ["python", "python-0123", "python-0123456789ABCDEF", "-0123456789abcdef", "a.b-0123456789abcdef", ""]
        {
            assert!(!is_entry_name(name), "{name}");
        }
    }
}
