use std::collections::BTreeMap;

use assay_api::{Outcome, Scored, Status, SuiteError, Task, Verdict};

use super::line::one_line;
use super::outcome::{ended, failed, only};

/// The verdict where a judge in an instance of its own put on record what it found, and for each of `metrics`, which are
/// names of tests, whether that test and all before it passed.
///
/// A failure's cause is `tests`, the name of the status with which the candidate ended, or `no_record` if it ended by itself
/// before its time. It is `judge` where the judge did not get to its end: a candidate whose answers use up what a judge may
/// use, or a task whose tests are broken.
///
/// # Errors
/// When there is not exactly one outcome, or it is not one of two instances.
pub fn judged<'a>(
    task: &Task,
    outcomes: &[Outcome],
    metrics: impl Iterator<Item = &'a str>,
) -> Result<Scored, SuiteError> {
    let outcome = only(task, outcomes)?;
    let candidate = outcome.candidate.as_ref().ok_or_else(|| {
        SuiteError::Internal(format!("task {}: the outcome has no candidate, and was to be judged", task.id))
    })?;
    let scores = metrics.map(|name| (name.to_owned(), passed_up_to(outcome, name).into()));
    Ok(Scored { scores: scores.collect::<BTreeMap<_, _>>(), verdict: verdict(outcome, candidate) })
}

/// The test that a judge puts on record as failed where tests want what does not cross between instances, as the
/// runtime has it where these call a candidate's [functions](assay_api::Candidate::functions).
const SERVED: &str = "served by two instances";

fn verdict(judge: &Outcome, candidate: &Outcome) -> Verdict {
    match (&judge.status, &candidate.status) {
        (Status::Infra { why }, _) | (_, Status::Infra { why }) => Verdict::Infra { why: one_line(why) },
        (Status::Unsupported { what }, _) => Verdict::Unsupported { what: one_line(what) },
        (Status::Completed { exit_code: 0 }, status) => match &judge.record {
            Some(record) if record.passed() => Verdict::Passed,
            Some(record) if first_failed(record) == Some(SERVED) => {
                Verdict::Unsupported { what: one_line(&format!("tests in two instances: {}", judge.stdout.text())) }
            }
            record => failure(status, candidate, record.as_ref().and_then(first_failed), &judge.stdout.text()),
        },
        (status, _) => failed("judge", &format!("the judge ended early: {}", ended(status, judge.fuel))),
    }
}

fn first_failed(record: &assay_api::Record) -> Option<&str> {
    record.tests.iter().find(|test| !test.passed).map(|test| test.name.as_str())
}

/// Why a candidate failed that ended with `status`, by the judge's words for it.
fn failure(status: &Status, candidate: &Outcome, test: Option<&str>, told: &str) -> Verdict {
    let test = test.unwrap_or("no test ran");
    match status {
        Status::Unsupported { what } => Verdict::Unsupported { what: one_line(what) },
        // It was still there when the judge had seen enough.
        _ if !told.is_empty() => failed("tests", &format!("{test}: {told}")),
        Status::Completed { exit_code } => {
            failed("no_record", &format!("the program ended before its tests did, exit code {exit_code}"))
        }
        status => failed(status.name(), &format!("{test}: {}", ended(status, candidate.fuel))),
    }
}

fn passed_up_to(outcome: &Outcome, name: &str) -> bool {
    let tests = outcome.record.iter().flat_map(|record| &record.tests);
    let mut tests = tests.take_while(|test| test.passed);
    tests.any(|test| test.name == name)
}

#[cfg(test)]
mod tests {
    use assay_api::{Captured, Record, TestResult};

    use super::*;

    fn record(tests: &[(&str, bool)]) -> Option<Record> {
        let test = |(name, passed): &(&str, bool)| TestResult {
            name: (*name).to_owned(),
            passed: *passed,
            skipped: false,
            exception: None,
        };
        Some(Record { tests: tests.iter().map(test).collect() })
    }

    const DONE: Status = Status::Completed { exit_code: 0 };

    fn outcome(judge: Status, record: Option<Record>, told: &str, candidate: Status) -> Outcome {
        let stdout = Captured { bytes: told.into(), truncated: false };
        let candidate = Outcome { status: candidate, ..Outcome::infra("") };
        Outcome { status: judge, record, stdout, candidate: Some(Box::new(candidate)), ..Outcome::infra("") }
    }

    fn scored(outcome: Outcome) -> Scored {
        let task = Task { id: "T/0".into(), subset: String::new(), fields: serde_json::Map::new() };
        judged(&task, &[outcome], ["base"].into_iter()).unwrap()
    }

    fn cause(scored: &Scored) -> (&str, &str) {
        let Verdict::Failed(failure) = &scored.verdict else { panic!("{scored:?}") };
        (&failure.cause, &failure.detail)
    }

    #[test]
    fn a_metric_is_passed_where_its_tests_and_those_before_it_are() {
        for (tests, verdict, base) in [
            (&[("base", true), ("plus", true)][..], true, true),
            (&[("base", true), ("plus", false)], false, true),
            (&[("base", false)], false, false),
            (&[("first", false), ("base", true)], false, false),
            (&[], false, false),
        ] {
            let scored = scored(outcome(DONE, record(tests), "", DONE));
            assert_eq!((scored.verdict.passed(), scored.scores["base"]), (verdict, base.into()), "{tests:?}");
        }
    }

    #[test]
    fn a_failure_says_what_the_judge_saw_or_how_the_candidate_ended() {
        let failed = || record(&[("base", true), ("plus", false)]);
        let wrong = scored(outcome(DONE, failed(), "[1] gave 2\n", DONE));
        assert_eq!(cause(&wrong), ("tests", "plus: [1] gave 2"));
        let slow = scored(outcome(DONE, failed(), "", Status::OutOfFuel));
        assert_eq!(cause(&slow), ("out_of_fuel", "plus: used up its fuel, 0"));
        let gone = scored(outcome(DONE, record(&[("base", false)]), "", DONE));
        assert_eq!(cause(&gone).0, "no_record");
        let what = || "module subprocess".to_owned();
        let lacking = scored(outcome(DONE, failed(), "", Status::Unsupported { what: what() }));
        assert_eq!(lacking.verdict, Verdict::Unsupported { what: what() });
    }

    #[test]
    fn tests_that_could_not_be_served_say_nothing_of_the_solution() {
        let unserved = outcome(DONE, record(&[("check", true), (SERVED, false)]), "the tests use a class\n", DONE);
        let what = "tests in two instances: the tests use a class".to_owned();
        assert_eq!(scored(unserved).verdict, Verdict::Unsupported { what });
    }

    #[test]
    fn a_judge_that_ends_early_passes_nobody() {
        let all = || record(&[("base", true)]);
        assert_eq!(cause(&scored(outcome(Status::OutOfMemory, all(), "", DONE))).0, "judge");
        assert_eq!(cause(&scored(outcome(Status::Completed { exit_code: 1 }, all(), "", DONE))).0, "judge");
        let infra = scored(outcome(DONE, all(), "", Status::Infra { why: "w".into() }));
        assert!(matches!(infra.verdict, Verdict::Infra { .. }));
    }

    #[test]
    fn an_outcome_without_a_candidate_is_an_error() {
        let task = Task { id: "T/0".into(), subset: String::new(), fields: serde_json::Map::new() };
        assert!(judged(&task, &[Outcome::infra("")], std::iter::empty()).is_err());
    }
}
