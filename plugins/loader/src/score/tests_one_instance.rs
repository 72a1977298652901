use assay_api::{Exception, Failure, Outcome, Record, Status, SuiteError, Task, Verdict};

use super::line::one_line;

/// The verdict where one program holds the solution and its tests, and the harness's sealed record says what
/// the tests did. Only a record in which every test passed is a pass: how a program exits or what it prints
/// proves nothing.
///
/// A failure's cause is the name of the outcome's status, `tests` when a test failed, or `no_record` when the
/// program ended before its tests did.
///
/// # Errors
/// When there is not exactly one outcome.
pub fn tests_one_instance(task: &Task, outcomes: &[Outcome]) -> Result<Verdict, SuiteError> {
    let [outcome] = outcomes else {
        return Err(SuiteError::Internal(format!("task {}: {} outcomes for one program", task.id, outcomes.len())));
    };
    Ok(match &outcome.status {
        Status::Infra { why } => Verdict::Infra { why: one_line(why) },
        Status::Unsupported { what } => Verdict::Unsupported { what: one_line(what) },
        Status::Completed { exit_code } => completed(*exit_code, outcome.record.as_ref()),
        status => failed(status.name(), &ended(status, outcome.fuel)),
    })
}

fn completed(exit_code: i32, record: Option<&Record>) -> Verdict {
    match record {
        None => failed("no_record", &format!("the program ended before its tests, exit code {exit_code}")),
        Some(record) if !record.passed() => failed("tests", &first_failure(record)),
        Some(_) if exit_code != 0 => failed("completed", &format!("exit code {exit_code} after its tests")),
        Some(_) => Verdict::Passed,
    }
}

fn first_failure(record: &Record) -> String {
    match record.tests.iter().find(|test| !test.passed) {
        None => "no test ran".into(),
        Some(test) => match &test.exception {
            None => test.name.clone(),
            Some(exception) => format!("{}: {}", test.name, describe(exception)),
        },
    }
}

fn ended(status: &Status, fuel: u64) -> String {
    match status {
        Status::Exception { exception } => describe(exception),
        Status::OutOfFuel => format!("used up its fuel, {fuel}"),
        Status::OutOfMemory => "needed more memory than its limit".into(),
        Status::OutOfTime => "slept longer than its limit".into(),
        Status::StackOverflow => "overflowed the stack".into(),
        Status::OutputLimit => "wrote more output than its limit".into(),
        Status::FileLimit => "created more files, or larger ones, than its limit".into(),
        Status::Trap { message } => format!("the interpreter crashed: {message}"),
        other => other.name().replace('_', " "),
    }
}

fn describe(exception: &Exception) -> String {
    let mut text = exception.type_name.clone();
    if !exception.message.is_empty() {
        text = format!("{text}: {}", exception.message);
    }
    match (&exception.file, exception.line) {
        (Some(file), Some(line)) => format!("{text} ({file}:{line})"),
        _ => text,
    }
}

fn failed(cause: &str, detail: &str) -> Verdict {
    Verdict::Failed(Failure { cause: cause.into(), detail: one_line(detail) })
}

#[cfg(test)]
mod tests {
    use assay_api::{Captured, TestResult};

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
        tests_one_instance(&task(), &[outcome(status, record)]).unwrap()
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
        assert!(tests_one_instance(&task(), &[]).is_err());
        assert!(tests_one_instance(&task(), &[outcome(DONE, None), outcome(DONE, None)]).is_err());
    }
}
