//! Numbers as Python's `Decimal(text)` reads them, compared exactly.

/// A number's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Decimal {
    /// ±0.digits × 10^exponent; the digits begin and end with others than 0. Zero has none, exponent 0, and no sign.
    Finite { negative: bool, digits: String, exponent: i64 },
    /// An infinity.
    Infinite { negative: bool },
    /// Not equal to anything, itself included: see [`Decimal::same`].
    NotANumber,
}

/// Beyond these Python refuses an exponent.
const MAX_EXPONENT: i64 = 999_999_999_999_999_999;

impl Decimal {
    /// Reads `[sign] digits [. digits] [e [sign] digits]`, `inf`, `infinity` or `nan`, with `_` between digits.
    pub(super) fn parse(text: &str) -> Option<Decimal> {
        let text = text.replace('_', "");
        let (negative, rest) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text.as_str()),
        };
        let lower = rest.to_ascii_lowercase();
        match lower.as_str() {
            "inf" | "infinity" => return Some(Decimal::Infinite { negative }),
            _ => {}
        }
        if let Some(payload) = lower.strip_prefix("snan").or_else(|| lower.strip_prefix("nan")) {
            return payload.bytes().all(|byte| byte.is_ascii_digit()).then_some(Decimal::NotANumber);
        }
        let (mantissa, exponent) = match lower.split_once('e') {
            Some((mantissa, exponent)) => (mantissa, whole(exponent)?),
            None => (lower.as_str(), 0),
        };
        let (before, after) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{before}{after}");
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        Some(finite(negative, &digits, exponent.checked_add(i64::try_from(before.len()).ok()?)?))
    }

    /// Whether both are the same number.
    pub(super) fn same(&self, other: &Decimal) -> bool {
        *self != Decimal::NotANumber && self == other
    }
}

fn finite(negative: bool, digits: &str, exponent: i64) -> Decimal {
    let significant = digits.trim_start_matches('0');
    let zeros = digits.len() - significant.len();
    let significant = significant.trim_end_matches('0');
    if significant.is_empty() {
        return Decimal::Finite { negative: false, digits: String::new(), exponent: 0 };
    }
    Decimal::Finite { negative, digits: significant.to_owned(), exponent: exponent - zeros as i64 }
}

fn whole(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let value: i64 = plain.then(|| text.parse().ok()).flatten()?;
    (-MAX_EXPONENT..=MAX_EXPONENT).contains(&value).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(a: &str, b: &str) -> bool {
        Decimal::parse(a).unwrap().same(&Decimal::parse(b).unwrap())
    }

    /// `Decimal(a) == Decimal(b)` in Python.
    #[test]
    fn equal_numbers_are_equal_however_they_are_written() {
        for (a, b) in [
            ("1", "1.0"),
            ("1", "+1"),
            ("0", "-0.00"),
            ("10", "1e1"),
            ("1E+2", "100"),
            ("0.5", ".5"),
            ("5.", "5"),
            ("1_000", "1000"),
            ("inf", "Infinity"),
            ("-inf", "-INF"),
            ("0e9", "0"),
            ("0.00120", "12e-4"),
            ("007", "7"),
        ] {
            assert!(same(a, b), "{a} {b}");
        }
        for (a, b) in
            [("1", "-1"), ("1", "10"), ("0.1", "0.10000000000000001"), ("nan", "nan"), ("inf", "-inf"), ("1", "inf")]
        {
            assert!(!same(a, b), "{a} {b}");
        }
        assert!(!same("50000000000000000", "50000000000000001"));
    }

    /// `Decimal(text)` raises.
    #[test]
    fn what_is_no_number_is_none() {
        for text in [
            "",
            "-",
            ".",
            "e1",
            "1e",
            "1e+",
            "1e1.5",
            "YES",
            "0x10",
            "1,000",
            "--1",
            "1 2",
            "in",
            "nanx",
            "1e9999999999999999999",
        ] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }
}
