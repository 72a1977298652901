use assay_api::{Captured, Exception, Failure, Outcome, Status, SuiteError, Task, Verdict};

use super::line::one_line;

/// The outcome of the one program that a strategy judges by.
pub(super) fn only<'a>(task: &Task, outcomes: &'a [Outcome]) -> Result<&'a Outcome, SuiteError> {
    match outcomes {
        [outcome] => Ok(outcome),
        _ => Err(SuiteError::Internal(format!("task {}: {} outcomes for one program", task.id, outcomes.len()))),
    }
}

/// The verdict on a program that did not run to its end, or the code that it exited with.
pub(super) fn exit_code(outcome: &Outcome) -> Result<i32, Verdict> {
    match &outcome.status {
        Status::Completed { exit_code } => Ok(*exit_code),
        Status::Infra { why } => Err(Verdict::Infra { why: one_line(why) }),
        Status::Unsupported { what } => Err(Verdict::Unsupported { what: one_line(what) }),
        status => Err(failed(status.name(), &ended(status, outcome.fuel))),
    }
}

/// `Passed`, unless the program had to be silent and wrote something.
pub(super) fn passed(outcome: &Outcome, silent: bool) -> Verdict {
    let wrote = |name: &str, stream: &Captured| {
        let text = stream.text();
        let is_silent = stream.bytes.is_empty() && !stream.truncated;
        (!is_silent).then(|| failed("output", &format!("a right answer writes nothing; {name}: {text}")))
    };
    let noise = || wrote("stderr", &outcome.stderr).or_else(|| wrote("stdout", &outcome.stdout));
    silent.then(noise).flatten().unwrap_or(Verdict::Passed)
}

pub(super) fn ended(status: &Status, fuel: u64) -> String {
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

pub(super) fn describe(exception: &Exception) -> String {
    let mut text = exception.type_name.clone();
    if !exception.message.is_empty() {
        text = format!("{text}: {}", exception.message);
    }
    match (&exception.file, exception.line) {
        (Some(file), Some(line)) => format!("{text} ({file}:{line})"),
        _ => text,
    }
}

pub(super) fn failed(cause: &str, detail: &str) -> Verdict {
    Verdict::Failed(Failure { cause: cause.into(), detail: one_line(detail) })
}
