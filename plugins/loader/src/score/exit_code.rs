use assay_api::{Outcome, SuiteError, Task, Verdict};

use super::outcome::{self, failed, only, passed};

/// The verdict where one script is everything and its exit code is believed: 0 is a pass. With `silent`, a pass has
/// also written nothing to standard output and standard error.
///
/// A candidate that ends the process before the tests passes, as it does in harnesses that judge so.
///
/// # Errors
/// When there is not exactly one outcome.
pub fn exit_code(task: &Task, outcomes: &[Outcome], silent: bool) -> Result<Verdict, SuiteError> {
    let outcome = only(task, outcomes)?;
    Ok(match outcome::exit_code(outcome) {
        Err(verdict) => verdict,
        Ok(0) => passed(outcome, silent),
        Ok(code) => failed("completed", &format!("exit code {code}")),
    })
}

#[cfg(test)]
mod tests {
    use assay_api::{Captured, Status};

    use super::*;

    fn verdict(status: Status, stdout: &str, silent: bool) -> Verdict {
        let task = Task { id: "T/0".into(), subset: String::new(), fields: serde_json::Map::new() };
        let stdout = Captured { bytes: stdout.into(), truncated: false };
        exit_code(&task, &[Outcome { status, stdout, ..Outcome::infra("") }], silent).unwrap()
    }

    fn cause(verdict: &Verdict) -> &str {
        let Verdict::Failed(failure) = verdict else { panic!("{verdict:?}") };
        &failure.cause
    }

    #[test]
    fn exit_code_zero_passes_and_no_other() {
        let ended = |exit_code| verdict(Status::Completed { exit_code }, "PASSED", false);
        assert_eq!(ended(0), Verdict::Passed);
        assert_eq!((cause(&ended(1)), ended(1).detail()), ("completed", "exit code 1"));
        assert_eq!(cause(&verdict(Status::OutOfFuel, "", false)), "out_of_fuel");
        assert!(matches!(verdict(Status::Unsupported { what: "net".into() }, "", false), Verdict::Unsupported { .. }));
        assert!(matches!(verdict(Status::Infra { why: "w".into() }, "", false), Verdict::Infra { .. }));
    }

    #[test]
    fn a_silent_pass_writes_nothing() {
        let ended = |stdout| verdict(Status::Completed { exit_code: 0 }, stdout, true);
        assert_eq!((ended(""), cause(&ended("x"))), (Verdict::Passed, "output"));
    }
}
