use assay_api::{Captured, Outcome, Record, Status, Verdict};

use super::outcome::{describe, ended};

/// The longest feedback, in bytes: some 4,000 tokens.
const MAX_BYTES: usize = 16 << 10;

/// What a model is told of an answer that did not pass: the tests that failed and why, how the program ended, what it wrote.
/// At most 16 KiB; the beginning is what counts.
///
/// It has no places of the host: programs know only those of the sandbox.
#[must_use]
pub fn feedback(verdict: &Verdict, outcomes: &[Outcome]) -> String {
    let text = match verdict {
        Verdict::Truncated => "The answer was cut off at its token limit.".to_owned(),
        Verdict::Empty => "There is no code in the answer.".to_owned(),
        // The last one decided; those before it passed.
        verdict => outcomes.last().map_or_else(|| reason(verdict), |outcome| of_outcome(verdict, outcome)),
    };
    bounded(text)
}

fn reason(verdict: &Verdict) -> String {
    format!("{}\n", verdict.detail())
}

fn of_outcome(verdict: &Verdict, outcome: &Outcome) -> String {
    // What a judge writes is for people; the verdict says what of it is about the candidate.
    let (program, record) = match &outcome.candidate {
        Some(candidate) => (candidate.as_ref(), None),
        None => (outcome, outcome.record.as_ref()),
    };
    let mut text = record.map(failed_tests).unwrap_or_default();
    let end = match &program.status {
        Status::Completed { exit_code: 0 } => String::new(),
        status => ended(status, program.fuel),
    };
    if text.is_empty() {
        text = reason(verdict);
    } else if !text.contains(&end) {
        text.push_str(&format!("{end}\n"));
    }
    for (name, stream) in [("standard output", &program.stdout), ("standard error", &program.stderr)] {
        text.push_str(&written(name, stream));
    }
    text
}

fn failed_tests(record: &Record) -> String {
    let run = || record.tests.iter().filter(|test| !test.skipped);
    let failed: Vec<String> = run()
        .filter(|test| !test.passed)
        .map(|test| {
            let why = test.exception.as_ref().map(|exception| format!("{}\n", describe(exception)));
            format!("FAILED {}\n{}\n", test.name, why.unwrap_or_default())
        })
        .collect();
    if failed.is_empty() {
        return String::new();
    }
    format!("{}{} of {} tests failed\n", failed.concat(), failed.len(), run().count())
}

fn written(name: &str, stream: &Captured) -> String {
    let text = stream.text();
    if text.trim().is_empty() {
        return String::new();
    }
    format!("\n{name}:\n{}\n", text.trim_end())
}

/// `text` without line breaks at its end, and not too long.
fn bounded(mut text: String) -> String {
    text.truncate(text.trim_end().len());
    if text.len() > MAX_BYTES {
        text.truncate(text.floor_char_boundary(MAX_BYTES));
        text.push_str("\n... and more");
    }
    text
}

#[cfg(test)]
mod tests {
    use assay_api::{Exception, TestResult};

    use super::super::outcome::failed;
    use super::*;

    fn test(name: &str, passed: bool, message: &str) -> TestResult {
        let exception = Exception {
            type_name: "AssertionError".into(),
            message: message.into(),
            file: Some("t.py".into()),
            line: Some(3),
        };
        TestResult { name: name.into(), passed, skipped: false, exception: (!passed).then_some(exception) }
    }

    fn outcome(status: Status, tests: Vec<TestResult>, stdout: &str) -> Outcome {
        let stdout = Captured { bytes: stdout.into(), truncated: false };
        Outcome { status, record: Some(Record { tests }), stdout, ..Outcome::infra("") }
    }

    const DONE: Status = Status::Completed { exit_code: 0 };

    #[test]
    fn every_test_that_failed_is_told_with_its_reason_and_what_was_written() {
        let tests = vec![test("a", true, ""), test("b", false, "1 != 2\n-1\n+2"), test("c", false, "no")];
        let told = feedback(&failed("tests", "b"), &[outcome(DONE, tests, "seen\n")]);
        let expected = "FAILED b\nAssertionError: 1 != 2\n-1\n+2 (t.py:3)\n\nFAILED c\nAssertionError: no (t.py:3)\n\n\
                        2 of 3 tests failed\n\nstandard output:\nseen";
        assert_eq!(told, expected);
    }

    #[test]
    fn a_program_that_ended_early_is_told_how() {
        let early = outcome(Status::OutOfFuel, Vec::new(), "");
        assert_eq!(feedback(&failed("out_of_fuel", "used up its fuel, 7"), &[early]), "used up its fuel, 7");
        let tests = vec![test("a", false, "no")];
        let told = feedback(&failed("out_of_memory", "x"), &[outcome(Status::OutOfMemory, tests, "")]);
        assert!(told.ends_with("1 of 1 tests failed\nneeded more memory than its limit"), "{told}");
        // An exception that ended its tests is on record, too.
        let tests = vec![test("a", false, "no")];
        let exception = tests[0].exception.clone().unwrap();
        let told = feedback(&failed("exception", "x"), &[outcome(Status::Exception { exception }, tests, "")]);
        assert!(told.ends_with("(t.py:3)\n\n1 of 1 tests failed"), "{told}");
    }

    #[test]
    fn what_a_judge_wrote_for_people_is_not_told_but_its_verdict_is() {
        let candidate = Box::new(outcome(DONE, Vec::new(), "mine"));
        let judge = Outcome { candidate: Some(candidate), ..outcome(DONE, vec![test("base", false, "")], "secret") };
        let told = feedback(&failed("tests", "base: [1] gave 2"), &[judge]);
        assert_eq!(told, "base: [1] gave 2\n\nstandard output:\nmine");
    }

    #[test]
    fn an_answer_without_programs_is_told_what_it_lacks() {
        assert_eq!(feedback(&Verdict::Empty, &[]), "There is no code in the answer.");
        assert_eq!(feedback(&Verdict::Truncated, &[]), "The answer was cut off at its token limit.");
        assert_eq!(feedback(&failed("text", "it is not 4"), &[]), "it is not 4");
    }

    #[test]
    fn feedback_is_bounded_whatever_was_written() {
        let told =
            feedback(&failed("tests", "b"), &[outcome(DONE, vec![test("b", false, "no")], &"é".repeat(1 << 20))]);
        assert!(told.len() <= MAX_BYTES + 20 && told.ends_with("... and more"));
    }
}
