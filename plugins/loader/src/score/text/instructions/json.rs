//! What Python's `json.loads` takes: JSON, `NaN` and infinities, and halves of surrogate pairs.

/// How deep arrays and objects may be nested; Python's own limit is about as high, and ends the benchmark's program.
const DEEPEST: usize = 900;

/// How many digits an integer may have for Python to read it.
const LONGEST: usize = 4300;

/// Whether `json.loads(text)` gives a value.
pub(super) fn is_json(text: &str) -> bool {
    let mut reader = Reader { rest: text.as_bytes() };
    reader.space();
    reader.value(0).is_some() && {
        reader.space();
        reader.rest.is_empty()
    }
}

/// What is left to read. Each method reads something, or gives `None` where it is not there.
struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    fn space(&mut self) {
        let start = self.rest.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
        self.rest = &self.rest[start.unwrap_or(self.rest.len())..];
    }

    fn take(&mut self, text: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(text.as_bytes())?;
        Some(())
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        match self.rest.first()? {
            b'{' | b'[' if depth == DEEPEST => None,
            b'{' => self.list('}', |reader| {
                reader.string()?;
                reader.space();
                reader.take(":")?;
                reader.space();
                reader.value(depth + 1)
            }),
            b'[' => self.list(']', |reader| reader.value(depth + 1)),
            b'"' => self.string(),
            b'-' | b'0'..=b'9' => self.take("-Infinity").or_else(|| self.number()),
            _ => ["null", "true", "false", "NaN", "Infinity"].iter().find_map(|name| self.take(name)),
        }
    }

    /// Items with commas between them, up to `end`.
    fn list(&mut self, end: char, item: impl Fn(&mut Self) -> Option<()>) -> Option<()> {
        let end = end.to_string();
        self.rest = &self.rest[1..];
        self.space();
        if self.take(&end).is_some() {
            return Some(());
        }
        loop {
            item(self)?;
            self.space();
            if self.take(&end).is_some() {
                return Some(());
            }
            self.take(",")?;
            self.space();
        }
    }

    fn string(&mut self) -> Option<()> {
        self.take("\"")?;
        loop {
            let (&byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            match byte {
                b'"' => return Some(()),
                b'\\' => self.escape()?,
                0..=0x1f => return None,
                _ => {}
            }
        }
    }

    fn escape(&mut self) -> Option<()> {
        let (&byte, rest) = self.rest.split_first()?;
        let length = match byte {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => 0,
            b'u' if rest.get(..4)?.iter().all(u8::is_ascii_hexdigit) => 4,
            _ => return None,
        };
        self.rest = &rest[length..];
        Some(())
    }

    fn number(&mut self) -> Option<()> {
        let _ = self.take("-");
        let digits = match self.rest.first()? {
            b'0' => self.advance(1),
            _ => self.digits()?,
        };
        let fraction = self.optional(|reader| reader.take(".").and_then(|()| reader.digits()));
        let exponent = self.optional(|reader| {
            reader.take("e").or_else(|| reader.take("E"))?;
            let _ = reader.take("-").or_else(|| reader.take("+"));
            reader.digits()
        });
        (fraction || exponent || digits <= LONGEST).then_some(())
    }

    /// Reads at least one digit; gives how many there were.
    fn digits(&mut self) -> Option<usize> {
        let count = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        (count > 0).then(|| self.advance(count))
    }

    fn advance(&mut self, count: usize) -> usize {
        self.rest = &self.rest[count..];
        count
    }

    /// Reads `part`, or nothing; says which.
    fn optional(&mut self, part: impl FnOnce(&mut Self) -> Option<usize>) -> bool {
        let rest = self.rest;
        let found = part(self).is_some();
        if !found {
            self.rest = rest;
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Python 3.11 takes.
    #[test]
    fn json_is_what_python_takes() {
        for (text, taken) in [
            (r#" {"a": [1, -2.5e+3, "\u00e9\ud800\n", null], "a": {}} "#, true),
            ("[NaN, Infinity, -Infinity, -0, 1E5]", true),
            ("\"text\"", true),
            ("7", true),
            ("", false),
            ("[1,]", false),
            ("{'a': 1}", false),
            ("{1: 2}", false),
            ("01", false),
            ("1.", false),
            ("-", false),
            (".5", false),
            ("+1", false),
            ("\"a\nb\"", false),
            (r#""\x""#, false),
            (r#""\u12g4""#, false),
            ("\u{feff}1", false),
            ("\u{b}1", false),
            ("[1] 2", false),
            ("[", false),
            ("true false", false),
        ] {
            assert_eq!(is_json(text), taken, "{text}");
        }
        assert!(
            is_json(&"9".repeat(4300)) && !is_json(&"9".repeat(4301)) && is_json(&format!("{}e1", "9".repeat(4301)))
        );
        assert!(is_json(&("[".repeat(900) + &"]".repeat(900))) && !is_json(&"[".repeat(100_000)));
    }
}
