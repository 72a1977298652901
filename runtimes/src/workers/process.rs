use std::fs::File;
use std::io;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::death::{describe, last_words};
use super::frame::FrameError;
use super::link::{Link, LinkError};
use super::message::{Greeting, Hello};
use super::{Confinement, WorkerCommand};
use assay_api::{Outcome, Program};

/// Set in a worker's environment, which is otherwise empty.
pub(super) const WORKER: &str = "ASSAY_WORKER";

/// How long a worker may take to load its runtimes. Mostly milliseconds, but a cache that was moved is read in full.
const START_WALL: Duration = Duration::from_secs(120);

/// A greeting is not longer, in bytes.
const GREETING_BYTES: usize = 64 << 10;

/// What an outcome may take besides captured output, in bytes: the harness's report is at most 1 MiB.
const OUTCOME_BYTES: u64 = 16 << 20;

/// A worker process that is ready for programs. Dropping it ends the process.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    link: Link,
    /// Where its standard error goes.
    stderr: Option<File>,
}

impl Process {
    /// Starts a worker and waits until it is ready. `announce` gets a handle to the connection at once: shutting it
    /// down ends the wait, and every later one. When it says no, the worker is not to start.
    ///
    /// # Errors
    /// Why there is no worker, as a fragment.
    pub(super) fn start(
        command: &WorkerCommand,
        hello: &Hello,
        announce: impl FnOnce(UnixStream) -> bool,
    ) -> Result<(Self, Confinement), String> {
        let mut process = Self::spawn(command).map_err(|error| format!("{}: {error}", command.program.display()))?;
        let handle = process.link.handle().map_err(|error| format!("another handle to its connection: {error}"))?;
        let greeting = match process.link.send(hello) {
            Ok(()) if announce(handle) => process.link.receive(GREETING_BYTES, Instant::now() + START_WALL),
            Ok(()) => Err(LinkError::Closed),
            Err(error) => Err(error.into()),
        };
        match greeting {
            Ok(Greeting::Ready(confinement)) => Ok((process, confinement)),
            Ok(Greeting::Refused { why }) => Err(why),
            Err(error) => Err(process.end(&error)),
        }
    }

    fn spawn(command: &WorkerCommand) -> io::Result<Self> {
        let (link, theirs) = Link::pair()?;
        let stderr = stderr_file();
        let child = Command::new(&command.program)
            .arg0("assay")
            .args(&command.arguments)
            .env_clear()
            .env(WORKER, "1")
            .current_dir("/")
            .stdin(theirs)
            .stdout(Stdio::null())
            .stderr(stderr.as_ref().map_or(Ok(Stdio::null()), |file| file.try_clone().map(Stdio::from))?)
            // Ctrl-C in the terminal is for the parent, which decides what becomes of its workers.
            .process_group(0)
            .spawn()?;
        Ok(Process { child, link, stderr })
    }

    /// Whether it is still there. To be asked when it has nothing to do.
    pub(super) fn is_alive(&mut self) -> bool {
        self.link.is_open()
    }

    /// Hands it a program, which it executes after those before.
    ///
    /// # Errors
    /// When the program is too long to be sent; then it was not.
    pub(super) fn send(&mut self, program: &Program) -> Result<(), FrameError> {
        self.link.send(program)
    }

    /// Waits until `deadline` for the outcome of the first program that it has not answered, of which
    /// `capture_bytes` of each output stream are kept.
    ///
    /// # Errors
    /// When there will be none: the process is to be [ended](Self::end).
    pub(super) fn outcome(&mut self, capture_bytes: u64, deadline: Instant) -> Result<Outcome, LinkError> {
        // Output that is not UTF-8 takes a third more.
        let bytes = capture_bytes.saturating_mul(3).saturating_add(OUTCOME_BYTES);
        self.link.receive(usize::try_from(bytes).unwrap_or(usize::MAX), deadline)
    }

    /// How long it has used the processor; `None` where the system does not tell.
    pub(super) fn cpu_time(&self) -> Option<Duration> {
        cpu_time(&std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).ok()?)
    }

    /// Ends the process, with which `error` happened; tells what became of it, as a fragment.
    pub(super) fn end(mut self, error: &LinkError) -> String {
        // A process that is dying already keeps its own reason.
        let _ = self.child.kill();
        let fate = match self.child.wait() {
            Ok(status) if matches!(error, LinkError::Closed) => describe(status),
            Ok(_) => error.to_string(),
            Err(wait) => format!("{error}, and it cannot be waited for: {wait}"),
        };
        match self.stderr.as_ref().and_then(last_words) {
            Some(words) => format!("{fate}; it said: {words}"),
            None => fate,
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill(); // it may be gone
        let _ = self.child.wait();
    }
}

/// User and system time of all threads, from `/proc/PID/stat`.
fn cpu_time(stat: &str) -> Option<Duration> {
    /// What Linux counts in, on every architecture that this runs on.
    const TICKS_PER_SECOND: u64 = 100;
    // The name, in parentheses, may hold anything. What follows the last one starts with the third field.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<u64>().ok();
    Some(Duration::from_millis((ticks()? + ticks()?) * 1000 / TICKS_PER_SECOND))
}

/// A file in memory, so that what a worker writes reaches no terminal as it is, and nobody has to read it meanwhile.
#[cfg(target_os = "linux")]
fn stderr_file() -> Option<File> {
    let flags = rustix::fs::MemfdFlags::CLOEXEC;
    rustix::fs::memfd_create("assay-worker-stderr", flags).ok().map(File::from)
}

#[cfg(not(target_os = "linux"))]
fn stderr_file() -> Option<File> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_is_read_whatever_the_process_is_called() {
        let stat = "42 (a) b (c) S 1 42 42 0 -1 4194560 5 0 0 0 250 25 9 9 20 0 3 0 100 0 0";
        assert_eq!(cpu_time(stat), Some(Duration::from_millis(2750)));
        assert_eq!(cpu_time("42 (sh"), None);
    }
}
