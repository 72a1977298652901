use assay_api::{Outcome, Record, SuiteError, Task, Verdict};

use super::outcome::{describe, exit_code, failed, only, passed};

/// The verdict where one program holds the solution and its tests, and the harness's sealed record says what
/// the tests did. Only a record in which every test passed is a pass: how a program exits or what it prints
/// proves nothing.
///
/// With `silent`, a pass has also written nothing to standard output and standard error.
///
/// A failure's cause is the name of the outcome's status, `tests` when a test failed, `no_record` when the program
/// ended before its tests did, or `output` when it had to be silent and was not.
///
/// # Errors
/// When there is not exactly one outcome.
pub fn tests_one_instance(task: &Task, outcomes: &[Outcome], silent: bool) -> Result<Verdict, SuiteError> {
    let outcome = only(task, outcomes)?;
    Ok(match (exit_code(outcome), &outcome.record) {
        (Err(verdict), _) => verdict,
        (Ok(code), None) => failed("no_record", &format!("the program ended before its tests, exit code {code}")),
        (Ok(_), Some(record)) if !record.passed() => failed("tests", &first_failure(record)),
        (Ok(0), Some(_)) => passed(outcome, silent),
        (Ok(code), Some(_)) => failed("completed", &format!("exit code {code} after its tests")),
    })
}

fn first_failure(record: &Record) -> String {
    match record.tests.iter().find(|test| !test.passed && !test.skipped) {
        None => "no test ran".into(),
        Some(test) => match &test.exception {
            None => test.name.clone(),
            Some(exception) => format!("{}: {}", test.name, describe(exception)),
        },
    }
}

#[cfg(test)]
mod tests {
    use assay_api::{Captured, Exception, Status, TestResult};

    use super::*;

    fn task() -> Task {
        Task { id: "T/0".into(), subset: String::new(), fields: serde_json::Map::new() }
    }

    fn outcome(status: Status, record: Option<Record>) -> Outcome {
        let stdout = Captured { bytes: b"all tests PASSED".to_vec(), truncated: false };
        Outcome {
            status,
            fuel: 7,
            peak_memory_bytes: 0,
            stdout,
            stderr: Captured::default(),
            record,
            coverage: None,
            candidate: None,
            seed_used: false,
        }
    }

    fn record(passed: &[bool]) -> Option<Record> {
        let test = |(index, passed): (usize, &bool)| TestResult {
            name: format!("t{index}"),
            passed: *passed,
            skipped: false,
            exception: (!passed).then(|| exception("AssertionError", "1 != 2\n")),
        };
        Some(Record { tests: passed.iter().enumerate().map(test).collect() })
    }

    fn exception(type_name: &str, message: &str) -> Exception {
        let file = Some("tests.py".into());
        Exception { type_name: type_name.into(), message: message.into(), file, line: Some(3) }
    }

    fn verdict(status: Status, record: Option<Record>) -> Verdict {
        tests_one_instance(&task(), &[outcome(status, record)], false).unwrap()
    }

    fn failure(status: Status, record: Option<Record>) -> (String, String) {
        match verdict(status, record) {
            Verdict::Failed(failure) => (failure.cause, failure.detail),
            other => panic!("{other:?}"),
        }
    }

    const DONE: Status = Status::Completed { exit_code: 0 };

    #[test]
    fn only_a_record_of_passed_tests_is_a_pass() {
        assert_eq!(verdict(DONE, record(&[true, true])), Verdict::Passed);
        assert_eq!(failure(DONE, record(&[])), ("tests".into(), "no test ran".into()));
        let expected = ("tests".into(), "t1: AssertionError: 1 != 2 (tests.py:3)".into());
        assert_eq!(failure(DONE, record(&[true, false])), expected);
    }

    #[test]
    fn where_all_tests_are_skipped_none_ran() {
        let skipped = TestResult { name: "t0".into(), passed: false, skipped: true, exception: None };
        let record = Some(Record { tests: vec![skipped] });
        assert_eq!(failure(DONE, record), ("tests".into(), "no test ran".into()));
    }

    #[test]
    fn a_program_that_exits_zero_before_its_tests_fails() {
        let (cause, detail) = failure(DONE, None);
        assert_eq!(cause, "no_record");
        assert_eq!(detail, "the program ended before its tests, exit code 0");
    }

    #[test]
    fn a_program_that_exits_nonzero_after_its_tests_fails() {
        assert_eq!(failure(Status::Completed { exit_code: 3 }, record(&[true])).0, "completed");
    }

    #[test]
    fn every_other_end_fails_under_its_own_name_even_with_a_record() {
        let ends = [
            Status::Exception { exception: exception("TypeError", "no") },
            Status::OutOfFuel,
            Status::OutOfMemory,
            Status::OutOfTime,
            Status::StackOverflow,
            Status::OutputLimit,
            Status::FileLimit,
            Status::Trap { message: "unreachable".into() },
        ];
        for status in ends {
            let name = status.name();
            let (cause, detail) = failure(status, record(&[true]));
            assert_eq!(cause, name);
            assert!(!detail.is_empty() && !detail.contains('\n'), "{detail}");
        }
    }

    #[test]
    fn what_the_runtime_lacks_and_what_we_broke_are_not_failures() {
        let what = "module subprocess".to_owned();
        assert_eq!(verdict(Status::Unsupported { what: what.clone() }, None), Verdict::Unsupported { what });
        let why = "worker crashed".to_owned();
        assert_eq!(verdict(Status::Infra { why: why.clone() }, record(&[true])), Verdict::Infra { why });
    }

    #[test]
    fn the_number_of_outcomes_must_be_one() {
        assert!(tests_one_instance(&task(), &[], false).is_err());
        assert!(tests_one_instance(&task(), &[outcome(DONE, None), outcome(DONE, None)], false).is_err());
    }

    #[test]
    fn where_a_pass_is_silent_any_output_fails() {
        let judge = |outcome: Outcome| tests_one_instance(&task(), &[outcome], true).unwrap();
        let silent = Outcome { stdout: Captured::default(), ..outcome(DONE, record(&[true])) };
        assert_eq!(judge(silent.clone()), Verdict::Passed);
        let loud = judge(outcome(DONE, record(&[true])));
        assert!(matches!(&loud, Verdict::Failed(failure) if failure.cause == "output"), "{loud:?}");
        let stderr = Captured { bytes: b"Assertion failed\n".to_vec(), truncated: false };
        let Verdict::Failed(failure) = judge(Outcome { stderr, ..silent.clone() }) else { panic!("it wrote") };
        assert_eq!(failure.detail, "a right answer writes nothing; stderr: Assertion failed");
        let stdout = Captured { bytes: Vec::new(), truncated: true };
        assert!(!judge(Outcome { stdout, ..silent }).passed());
        // A failed test says more than what was printed about it.
        assert!(matches!(judge(outcome(DONE, record(&[false]))), Verdict::Failed(failure) if failure.cause == "tests"));
    }
}
