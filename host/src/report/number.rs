/// A count with its thousands apart: `1,234,567`.
pub(super) fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number and its noun: `1 task`, `24 tasks`.
pub(super) fn counted(value: u64, noun: &str) -> String {
    format!("{} {noun}{}", count(value), if value == 1 { "" } else { "s" })
}

/// A share as per cent with one decimal. Only none is `0.0%` and only all is `100.0%`.
pub(super) fn percent(share: f64) -> String {
    match share {
        s if s > 0.0 && s < 0.000_5 => "<0.1%".to_owned(),
        s if (0.999_5..1.0).contains(&s) => ">99.9%".to_owned(),
        s => format!("{:.1}%", 100.0 * s),
    }
}

/// An interval in per cent: `[41.0, 53.7]`.
pub(super) fn interval(low: f64, high: f64) -> String {
    format!("[{}, {}]", points(low), points(high))
}

/// A share in percentage points.
pub(super) fn points(share: f64) -> String {
    decimal(100.0 * share)
}

/// A difference in percentage points, with its sign.
pub(super) fn signed_points(difference: f64) -> String {
    let text = points(difference);
    if text.starts_with('-') || text == "0.0" { text } else { format!("+{text}") }
}

/// One decimal, without a negative zero.
fn decimal(value: f64) -> String {
    let text = format!("{value:.1}");
    if text == "-0.0" { "0.0".to_owned() } else { text }
}

/// A p-value to three decimals.
pub(super) fn p_value(p: f64) -> String {
    if p < 0.001 { "<0.001".to_owned() } else { format!("{p:.3}") }
}

/// An amount of fuel with about three digits: `60 G`, `2.14 M`.
pub(crate) fn fuel(value: u64) -> String {
    let (scaled, unit) = match value {
        0..1_000_000 => return count(value),
        1_000_000..999_500_000 => (value as f64 / 1e6, "M"),
        _ => (value as f64 / 1e9, "G"),
    };
    let digits = if scaled >= 99.95 || scaled.fract() < 1e-9 { 0 } else { 2 - usize::from(scaled >= 9.995) };
    format!("{scaled:.digits$} {unit}")
}

/// A rate with about three digits.
pub(super) fn rate(value: f64) -> String {
    match value {
        v if v >= 99.95 => count(v.round() as u64),
        v if v >= 9.995 => format!("{v:.1}"),
        v => format!("{v:.2}"),
    }
}

/// A time span in the two units that matter.
pub(super) fn duration(seconds: f64) -> String {
    let whole = seconds.round() as u64;
    match seconds {
        s if s < 59.95 => format!("{s:.1} s"),
        _ if whole < 3600 => format!("{} min {:02} s", whole / 60, whole % 60),
        _ => format!("{} h {:02} min", whole / 3600, whole % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_their_thousands_apart() {
        let shown = [0, 999, 1_000, 123_456, 1_234_567].map(count);
        assert_eq!(shown, ["0", "999", "1,000", "123,456", "1,234,567"]);
        assert_eq!([counted(1, "task"), counted(2_000, "task")], ["1 task", "2,000 tasks"]);
    }

    #[test]
    fn a_rare_share_is_not_rounded_to_none_nor_a_common_one_to_all() {
        let shown = [0.0, 0.0001, 0.0006, 0.5, 0.9994, 0.9999, 1.0].map(percent);
        assert_eq!(shown, ["0.0%", "<0.1%", "0.1%", "50.0%", "99.9%", ">99.9%", "100.0%"]);
    }

    #[test]
    fn differences_carry_their_sign_and_zero_has_none() {
        assert_eq!([0.048, -0.2, 0.0, -0.000_01].map(signed_points), ["+4.8", "-20.0", "0.0", "0.0"]);
    }

    #[test]
    fn spans_are_told_in_two_units() {
        let shown = [0.0, 0.42, 59.96, 192.0, 3599.7, 7320.0].map(duration);
        assert_eq!(shown, ["0.0 s", "0.4 s", "1 min 00 s", "3 min 12 s", "1 h 00 min", "2 h 02 min"]);
        assert_eq!([0.123, 12.34, 1234.5].map(rate), ["0.12", "12.3", "1,235"]);
        assert_eq!([0.000_4, 0.042].map(p_value), ["<0.001", "0.042"]);
    }

    #[test]
    fn fuel_has_about_three_digits_and_a_unit() {
        let shown = [0, 999_999, 1_000_000, 2_137_000, 999_499_999, 999_500_000, 4_567_800_000, 60_000_000_000];
        let texts = ["0", "999,999", "1 M", "2.14 M", "999 M", "1.00 G", "4.57 G", "60 G"];
        assert_eq!(shown.map(fuel), texts);
        assert_eq!(fuel(12_345_000_000), "12.3 G");
    }
}
