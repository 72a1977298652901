//! What the system tells of processes.

use std::fs;
use std::process;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// A process, as `/proc` knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Process(pub(crate) u32);

impl Process {
    /// The children of this process's thread: threads have children, of which only they are the parents.
    pub(crate) fn children(self) -> Vec<Process> {
        let tasks = fs::read_dir(format!("/proc/{}/task", self.0)).into_iter().flatten().flatten();
        let texts = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
        texts
            .flat_map(|text| text.split_whitespace().map(|pid| Process(pid.parse().unwrap())).collect::<Vec<_>>())
            .collect()
    }

    /// A line of `/proc/PID/status`; `None` when the process is gone.
    pub(crate) fn status(self, name: &str) -> Option<String> {
        let text = fs::read_to_string(format!("/proc/{}/status", self.0)).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        Some(line.trim().to_owned())
    }

    /// Memory that it shares with no other process, in bytes; `None` when it is gone.
    pub(crate) fn private_bytes(self) -> Option<u64> {
        self.memory("Private_")
    }

    /// Memory that it has written, in bytes, whether a file was there before or not; `None` when it is gone. Pages of
    /// files that are merely read become private or shared by what other processes do.
    pub(crate) fn written_bytes(self) -> Option<u64> {
        self.memory("Private_Dirty")
    }

    /// The sum of the lines of `/proc/PID/smaps_rollup` that start so, in bytes.
    fn memory(self, start: &str) -> Option<u64> {
        let text = fs::read_to_string(format!("/proc/{}/smaps_rollup", self.0)).ok()?;
        let lines = text.lines().filter(|line| line.starts_with(start));
        let kib = lines.filter_map(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
        Some(kib.sum::<u64>() * 1024)
    }

    /// Whether it runs, or could.
    pub(crate) fn exists(self) -> bool {
        self.status("State").is_some_and(|state| !state.starts_with('Z'))
    }

    /// Whether it has been confined and has used processor time since: it executes a program.
    pub(crate) fn executes(self) -> bool {
        if self.status("Seccomp").as_deref() != Some("2") {
            return false;
        }
        let before = self.ticks();
        until(|| !self.exists() || self.ticks() > before.map(|ticks| ticks + 2));
        self.exists()
    }

    /// Processor time in user mode, in ticks.
    fn ticks(self) -> Option<u64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.0)).ok()?;
        stat.rsplit_once(')')?.1.split_whitespace().nth(11)?.parse().ok()
    }

    pub(crate) fn signal(self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.0).unwrap()).unwrap();
        let _ = kill_process(pid, signal); // it may be gone
    }
}

/// This process.
pub(crate) fn this() -> Process {
    Process(process::id())
}

/// Waits for something that is bound to happen.
pub(crate) fn until(happened: impl Fn() -> bool) {
    let began = Instant::now();
    while !happened() {
        assert!(began.elapsed() < Duration::from_secs(120), "it never happened");
        thread::yield_now();
    }
}
