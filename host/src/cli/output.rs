//! What commands write to stdout.

use std::io::{self, Write, stdout};

use serde::Serialize;

use crate::exit::Exit;
use crate::failure::Failure;

/// Writes `value` as one line of JSON.
pub(super) fn print_json(value: &impl Serialize) -> Result<(), Failure> {
    let json = serde_json::to_string(value)
        .map_err(|error| Failure::new(Exit::Runtime, format!("the result is not JSON: {error}")))?;
    print(|out| writeln!(out, "{json}"))
}

/// Writes to stdout. A reader that has left is no failure.
pub(super) fn print(write: impl FnOnce(&mut io::StdoutLock<'_>) -> io::Result<()>) -> Result<(), Failure> {
    let mut out = stdout().lock();
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::usage(format!("writing to stdout: {error}")))
        }
        _ => Ok(()),
    }
}
