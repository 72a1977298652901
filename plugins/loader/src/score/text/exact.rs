use assay_api::Verdict;

use super::ignored::normal;
use super::{Ignored, wrong};

/// The verdict where the answer is to be one of the texts `expected`. Space at the ends does not count, nor does what is `ignored`.
///
/// A failure's cause is `text`.
#[must_use]
pub fn exact(given: &str, expected: &[String], ignored: &[Ignored]) -> Verdict {
    let normally = normal(given, ignored);
    let is_right = expected.iter().any(|expected| normal(expected, ignored) == normally);
    if is_right { Verdict::Passed } else { wrong(given) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_one_of_the_expected_texts() {
        let expected = ["42".to_owned(), "Forty-two.".to_owned()];
        let judge = |given: &str, ignored: &[Ignored]| exact(given, &expected, ignored).passed();
        assert!(judge(" 42\n", &[]) && judge("Forty-two.", &[]));
        assert!(!judge("42.", &[]) && !judge("forty-two.", &[]) && !judge("4 2", &[]) && !judge("", &[]));
        assert!(judge("42.", &[Ignored::Punctuation]) && judge("FORTYTWO", &[Ignored::Punctuation, Ignored::Case]));
        assert!(!exact("a  b", &["a b".to_owned()], &[]).passed());
        assert!(exact("a \n b", &["a b".to_owned()], &[Ignored::Space]).passed());
    }

    #[test]
    fn a_failure_shows_the_answer_on_one_line() {
        let Verdict::Failed(failure) = exact("a\nb", &[], &[]) else { panic!("nothing is expected") };
        assert_eq!((failure.cause.as_str(), failure.detail.as_str()), ("text", "gave \"a\\nb\""));
    }
}
