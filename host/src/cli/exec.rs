use std::io::{self, IsTerminal, Read, Write, stderr, stdin, stdout};
use std::path::{Path, PathBuf};

use assay_api::{Captured, Entry, Exception, Limits, Outcome, Program, SourceFile, Status};
use clap::Args;
use serde::Serialize;

use super::globals::Globals;
use super::output::print_json;
use super::sandbox::{Sandbox, SandboxOptions};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::report::printable;

/// How much output of a single program is kept, in bytes.
const CAPTURE_BYTES: u64 = 64 << 20;

#[derive(Debug, Args)]
pub(super) struct Exec {
    /// The program; its ending says the language (.py, .js, .mjs, .cjs, .ts, .mts, .cts)
    file: PathBuf,
    /// WebAssembly instructions it may execute; a second of computing takes some 5,000,000,000
    #[arg(long, value_name = "N", default_value_t = Limits::default().fuel)]
    fuel: u64,
    /// Linear memory it may use, the interpreter's own included
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().memory_bytes)]
    memory: u64,
    /// What it reads from standard input: a file, or - for ours; nothing by default
    #[arg(long, value_name = "FILE")]
    stdin: Option<PathBuf>,
    /// Seeds everything random that it can see
    #[arg(long, value_name = "S", default_value_t = 0)]
    seed: u64,
    /// Print the outcome as one JSON object instead of passing output through
    #[arg(long)]
    json: bool,
}

/// The outcome as `--json` prints it.
#[derive(Serialize)]
struct Report<'a> {
    outcome: &'static str,
    /// What it exited with; null unless it completed.
    exit_code: Option<i32>,
    exception: Option<&'a Exception>,
    /// What was unsupported, trapped or failed; null where the outcome says it all.
    detail: Option<&'a str>,
    fuel: u64,
    peak_memory_bytes: u64,
    stdout: &'a str,
    stderr: &'a str,
    truncated: Truncated,
}

/// Whether a stream has more than what is shown.
#[derive(Serialize)]
struct Truncated {
    stdout: bool,
    stderr: bool,
}

impl Exec {
    pub(super) fn run(self, globals: &Globals) -> Result<Exit, Failure> {
        let program = self.program()?;
        let sandbox = Sandbox::open([program.runtime.as_str()], &SandboxOptions::one(), globals.verbose)?;
        let least = sandbox.runtimes.iter().map(|runtime| runtime.snapshot_bytes()).max().unwrap_or(0);
        if self.memory < least {
            return Err(Failure::usage(format!("--memory {}: the interpreter alone takes {least} bytes", self.memory)));
        }
        let outcome = sandbox.executes.execute(program);
        if self.json {
            print_report(&outcome)?;
        } else {
            pass_through(&outcome.stdout, &mut stdout().lock(), stdout().is_terminal())?;
            pass_through(&outcome.stderr, &mut stderr().lock(), stderr().is_terminal())?;
            explain(&outcome.status);
        }
        Ok(match outcome.status {
            Status::Completed { exit_code: 0 } => Exit::Done,
            Status::Infra { .. } => Exit::Runtime,
            _ => Exit::GateNotMet,
        })
    }

    fn program(&self) -> Result<Program, Failure> {
        let runtime = runtime_for(&self.file)?;
        let source = std::fs::read(&self.file).map_err(|error| Failure::file("reading", &self.file, &error))?;
        let text = utf8(source, &self.file)?;
        let path = self.file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        Ok(Program {
            runtime: runtime.to_owned(),
            files: vec![SourceFile { path: path.clone(), text }],
            entry: Entry::script(path),
            stdin: self.read_stdin()?,
            limits: Limits {
                fuel: self.fuel,
                memory_bytes: self.memory,
                capture_bytes: CAPTURE_BYTES,
                ..Limits::default()
            },
            seed: self.seed,
        })
    }

    fn read_stdin(&self) -> Result<String, Failure> {
        let Some(path) = &self.stdin else { return Ok(String::new()) };
        let mut bytes = Vec::new();
        let read =
            if path == Path::new("-") { stdin().read_to_end(&mut bytes).map(|_| bytes) } else { std::fs::read(path) };
        utf8(read.map_err(|error| Failure::file("reading", path, &error))?, path)
    }
}

/// The runtime for a file, by its ending.
fn runtime_for(file: &Path) -> Result<&'static str, Failure> {
    match file.extension().and_then(|ending| ending.to_str()) {
        Some("py") => Ok("python"),
        Some("js" | "mjs" | "cjs" | "ts" | "mts" | "cts") => Ok("javascript"),
        _ => Err(Failure::usage(format!(
            "{}: no runtime for this ending; programs end in .py, .js, .mjs, .cjs, .ts, .mts or .cts",
            file.display()
        ))),
    }
}

fn utf8(bytes: Vec<u8>, path: &Path) -> Result<String, Failure> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = 1 + error.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count();
        Failure::usage(format!("{}:{line}: not UTF-8", path.display()))
    })
}

fn print_report(outcome: &Outcome) -> Result<(), Failure> {
    let (exit_code, exception, detail) = match &outcome.status {
        Status::Completed { exit_code } => (Some(*exit_code), None, None),
        Status::Exception { exception } => (None, Some(exception), None),
        Status::Trap { message } => (None, None, Some(message.as_str())),
        Status::Unsupported { what } => (None, None, Some(what.as_str())),
        Status::Infra { why } => (None, None, Some(why.as_str())),
        _ => (None, None, None),
    };
    print_json(&Report {
        outcome: outcome.status.name(),
        exit_code,
        exception,
        detail,
        fuel: outcome.fuel,
        peak_memory_bytes: outcome.peak_memory_bytes,
        stdout: &outcome.stdout.text(),
        stderr: &outcome.stderr.text(),
        truncated: Truncated { stdout: outcome.stdout.truncated, stderr: outcome.stderr.truncated },
    })
}

/// Writes a program's output: as it is to files and pipes, without control characters to a terminal.
fn pass_through(output: &Captured, out: &mut impl Write, terminal: bool) -> Result<(), Failure> {
    let result = if terminal {
        output.text().split_inclusive('\n').try_for_each(|line| match line.strip_suffix('\n') {
            Some(line) => writeln!(out, "{}", visible(line)),
            None => write!(out, "{}", visible(line)),
        })
    } else {
        out.write_all(&output.bytes)
    };
    match result.and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::usage(format!("passing output through: {error}")))
        }
        _ => Ok(()),
    }
}

/// A line fit for a terminal; tabs stay.
fn visible(line: &str) -> String {
    line.split('\t').map(printable).collect::<Vec<_>>().join("\t")
}

/// Says on stderr how the program ended, where its own output does not.
fn explain(status: &Status) {
    let message = match status {
        Status::Completed { .. } | Status::Exception { .. } => return,
        Status::OutOfFuel => "out of fuel; --fuel gives more".to_owned(),
        Status::OutOfMemory => "out of memory; --memory gives more".to_owned(),
        Status::OutOfTime => "slept longer than it may".to_owned(),
        Status::StackOverflow => "stack overflow".to_owned(),
        Status::OutputLimit => "wrote more output than it may".to_owned(),
        Status::FileLimit => "wrote more files than it may".to_owned(),
        Status::Trap { message } => format!("the interpreter crashed: {message}"),
        Status::Unsupported { what } => format!("needs {what}, which the sandbox lacks"),
        Status::Infra { why } => format!("the sandbox failed: {why}"),
        other => other.name().to_owned(),
    };
    eprintln!("assay: {}", printable(&message));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_utf8_is_named_with_its_line() {
        let failure = utf8(b"a\nb\xff".to_vec(), Path::new("x.py")).unwrap_err();
        assert_eq!(failure.message, "x.py:2: not UTF-8");
    }

    #[test]
    fn a_terminal_gets_no_control_characters_and_a_pipe_gets_every_byte() {
        let output = Captured { bytes: b"a\tb\x1b[2J\n\xff".to_vec(), truncated: false };
        let (mut terminal, mut pipe) = (Vec::new(), Vec::new());
        pass_through(&output, &mut terminal, true).unwrap();
        pass_through(&output, &mut pipe, false).unwrap();
        assert_eq!(pipe, output.bytes);
        assert!(!terminal.contains(&0x1b) && terminal.starts_with(b"a\tb"));
    }
}
