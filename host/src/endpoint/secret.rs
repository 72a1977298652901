use std::fmt;

/// An API key. `Debug` and `Display` print `***`; there is no serialisation.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes a key; surrounding white space, such as the newline of a key file, is dropped.
    #[must_use]
    pub fn new(key: &str) -> Self {
        Secret(key.trim().to_owned())
    }

    /// The key itself, for the request's header.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether the key is somewhere in `bytes`.
    pub(super) fn is_in(&self, bytes: &[u8]) -> bool {
        !self.0.is_empty() && bytes.windows(self.0.len()).any(|window| window == self.0.as_bytes())
    }

    /// `text` with every occurrence of the key replaced: servers quote keys in their complaints.
    pub(super) fn redact(&self, text: &str) -> String {
        if self.0.is_empty() { text.to_owned() } else { text.replace(&self.0, "***") }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn a_secret_never_shows_itself() {
        let secret = Secret::new("sk-canary\n");
        assert_eq!(format!("{secret} {secret:?} {:#?}", Some(&secret)), "*** *** Some(\n    ***,\n)");
        assert_eq!(secret.expose(), "sk-canary");
        assert_eq!(secret.redact("bad key sk-canary!"), "bad key ***!");
        assert_eq!(Secret::new(" ").redact("as it is"), "as it is");
    }
}
