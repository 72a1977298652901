use assay_api::{Failure, Outcome, SuiteError, Task, Verdict};

use super::cases::Case;
use super::lines::difference;
use crate::score::outcome::{exit_code, failed};

/// The verdict where each of `cases` was the standard input of one program, in their order, and its standard output is
/// compared by LiveCodeBench's rule: as many lines, each the same text or numbers of the same values, space around them
/// aside. The first case that fails decides, and no outcome need follow its own.
///
/// How a program exits does not matter, as there; an exception does. A failure's cause is `tests` where the output is
/// wrong, `output` where more was written than is kept, or the name of the outcome's status.
///
/// # Errors
/// When there are more outcomes than cases, or fewer and the last one decides nothing.
pub fn stdin_stdout(task: &Task, cases: &[Case], outcomes: &[Outcome]) -> Result<Verdict, SuiteError> {
    if outcomes.len() > cases.len() {
        return Err(miscounted(task, cases, outcomes));
    }
    let fails = cases.iter().zip(outcomes).enumerate();
    let first =
        fails.filter_map(|(index, (case, outcome))| failure(case, outcome).map(|verdict| at(index, verdict))).next();
    match first {
        Some(verdict) => Ok(verdict),
        None if outcomes.len() == cases.len() => Ok(Verdict::Passed),
        None => Err(miscounted(task, cases, outcomes)),
    }
}

/// Whether `outcomes`, those of the first programs, decide the verdict: the last one is not right.
#[must_use]
pub fn stdin_stdout_is_decided(cases: &[Case], outcomes: &[Outcome]) -> bool {
    let last = outcomes.len().checked_sub(1).and_then(|last| Some((cases.get(last)?, outcomes.get(last)?)));
    last.is_some_and(|(case, outcome)| failure(case, outcome).is_some())
}

/// The verdict if the program is not right in this case.
fn failure(case: &Case, outcome: &Outcome) -> Option<Verdict> {
    if let Err(verdict) = exit_code(outcome) {
        return Some(verdict);
    }
    if outcome.stdout.truncated {
        return Some(failed("output", "wrote more to standard output than is kept"));
    }
    difference(&outcome.stdout.text(), &case.output).map(|difference| failed("tests", &difference))
}

fn at(index: usize, verdict: Verdict) -> Verdict {
    match verdict {
        Verdict::Failed(Failure { cause, detail }) => failed(&cause, &format!("case {}: {detail}", index + 1)),
        other => other,
    }
}

fn miscounted(task: &Task, cases: &[Case], outcomes: &[Outcome]) -> SuiteError {
    SuiteError::Internal(format!("task {}: {} outcomes for {} test cases", task.id, outcomes.len(), cases.len()))
}

#[cfg(test)]
mod tests {
    use assay_api::{Captured, Status};

    use super::*;

    fn task() -> Task {
        Task { id: "T/0".into(), subset: String::new(), fields: serde_json::Map::new() }
    }

    fn cases() -> Vec<Case> {
        ["1", "2"].map(|text| Case { input: String::new(), output: text.into() }).into()
    }

    fn printed(text: &str) -> Outcome {
        ended(Status::Completed { exit_code: 0 }, text)
    }

    fn ended(status: Status, text: &str) -> Outcome {
        Outcome { status, stdout: Captured { bytes: text.into(), truncated: false }, ..Outcome::infra("") }
    }

    fn verdict(outcomes: &[Outcome]) -> Verdict {
        stdin_stdout(&task(), &cases(), outcomes).unwrap()
    }

    fn failure_of(outcomes: &[Outcome]) -> (String, String) {
        assert!(stdin_stdout_is_decided(&cases(), outcomes));
        match verdict(outcomes) {
            Verdict::Failed(failure) => (failure.cause, failure.detail),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_case_must_be_right() {
        assert_eq!(verdict(&[printed("1\n"), printed("2.0")]), Verdict::Passed);
        let wrong = failure_of(&[printed("1"), printed("3")]);
        assert_eq!(wrong, ("tests".into(), "case 2: line 1: \"3\" instead of \"2\"".into()));
    }

    #[test]
    fn the_first_case_that_fails_decides_without_the_others() {
        assert_eq!(failure_of(&[printed("")]).0, "tests");
        assert_eq!(failure_of(&[ended(Status::OutOfFuel, "1")]).0, "out_of_fuel");
        assert!(!stdin_stdout_is_decided(&cases(), &[]) && !stdin_stdout_is_decided(&cases(), &[printed("1")]));
        let what = "module socket".to_owned();
        let unsupported = [ended(Status::Unsupported { what: what.clone() }, "")];
        assert!(stdin_stdout_is_decided(&cases(), &unsupported));
        assert_eq!(verdict(&unsupported), Verdict::Unsupported { what });
        assert!(matches!(verdict(&[printed("1"), Outcome::infra("x")]), Verdict::Infra { .. }));
    }

    #[test]
    fn an_exit_code_says_nothing_of_the_output() {
        assert_eq!(verdict(&[ended(Status::Completed { exit_code: 1 }, "1"), printed("2")]), Verdict::Passed);
    }

    #[test]
    fn an_output_that_was_not_kept_whole_is_not_right() {
        let mut long = printed("1");
        long.stdout.truncated = true;
        assert_eq!(failure_of(&[long]).0, "output");
    }

    #[test]
    fn the_outcomes_must_be_those_of_the_cases() {
        assert!(stdin_stdout(&task(), &cases(), &[printed("1")]).is_err());
        assert!(stdin_stdout(&task(), &cases(), &[printed("1"), printed("2"), printed("2")]).is_err());
    }
}
