use std::io;
use std::process::Command;

use crate::exit::Exit;
use crate::failure::Failure;

/// Runs a program that authors have installed, with its output for them to see; `help` says how to get it.
pub(super) fn run(command: &mut Command, help: &str) -> Result<(), Failure> {
    let name = command.get_program().to_string_lossy().into_owned();
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure::new(Exit::Suite, format!("{name} failed: {status}")).help(help)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(Failure::usage(format!("{name} is not installed, which the suite is built with")).help(help))
        }
        Err(error) => Err(Failure::usage(format!("{name} can't be run: {error}"))),
    }
}
