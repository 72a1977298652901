//! LiveCodeBench's comparison of outputs (`lcb_runner/evaluation/testing_util.py`, `grade_stdio`).

use super::decimal::Decimal;

/// How `found` differs from `expected`, for humans; `None` if it is right.
///
/// Both are stripped, and so is each line. There must be as many lines, and each must be the same text, or as many numbers
/// of the same values.
pub(super) fn difference(found: &str, expected: &str) -> Option<String> {
    let (found, expected) = (lines(found), lines(expected));
    if found.len() != expected.len() {
        return Some(format!("{} lines instead of {}", found.len(), expected.len()));
    }
    let differing = found.iter().zip(&expected).position(|(found, expected)| !is_same(found, expected))?;
    Some(format!("line {}: {:?} instead of {:?}", differing + 1, found[differing], expected[differing]))
}

fn lines(text: &str) -> Vec<&str> {
    text.trim_matches(is_space).split('\n').map(|line| line.trim_matches(is_space)).collect()
}

fn is_same(found: &str, expected: &str) -> bool {
    if found == expected {
        return true;
    }
    let numbers = |line: &str| {
        line.split(is_space).filter(|word| !word.is_empty()).map(Decimal::parse).collect::<Option<Vec<_>>>()
    };
    let (Some(found), Some(expected)) = (numbers(found), numbers(expected)) else { return false };
    found.len() == expected.len() && found.iter().zip(&expected).all(|(a, b)| a.same(b))
}

/// What Python's `str.strip` and `str.split` take for space: four separators more than Unicode's property.
fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{1c}'..='\u{1f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn space_around_the_output_and_its_lines_does_not_count() {
        for found in ["1 2\nYES", "\n\n  1 2 \n\tYES\r\n\n", "1.0  2.00\nYES", "\u{1c}1 2\nYES\u{1f}"] {
            assert_eq!(difference(found, "1 2\nYES\n"), None, "{found:?}");
        }
        assert_eq!(difference("", " \n"), None);
    }

    #[test]
    fn lines_are_the_same_text_or_the_same_numbers() {
        assert_eq!(difference("1\n2\n3", "1\n2"), Some("3 lines instead of 2".into()));
        assert_eq!(difference("1\n\n2", "1\n2"), Some("3 lines instead of 2".into()));
        assert_eq!(difference("1\nNo", "1\nNO"), Some("line 2: \"No\" instead of \"NO\"".into()));
        assert_eq!(difference("a  b", "a b"), Some("line 1: \"a  b\" instead of \"a b\"".into()));
        assert_eq!(difference("1 2", "1 2 0").as_deref(), Some("line 1: \"1 2\" instead of \"1 2 0\""));
        assert!(difference("0.3333333", "0.3333334").is_some());
        assert!(difference("nan", "nan").is_none() && difference("nan 1", "nan 1.0").is_some());
    }
}
