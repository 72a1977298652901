//! The real binary, run as a user would: in a home and a working directory of its own.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use etcetera::BaseStrategy;
use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

/// A command that takes longer hangs: it is killed, and its test fails.
const LIMIT: Duration = Duration::from_secs(400);

/// What preparing the runtime may take on a slow machine and a slow connection.
const PREPARE_LIMIT: Duration = Duration::from_secs(900);

/// A user: a home, a working directory in it, and nothing in the environment that the test did not put there.
pub(crate) struct User {
    dir: TempDir,
}

impl User {
    /// A user who has never used Assay before, but whose machine has the runtime prepared.
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        for folder in ["home", "work", "cache"] {
            fs::create_dir(dir.path().join(folder)).unwrap();
        }
        let user = User { dir };
        symlink(prepared_cache().join("runtimes"), user.cache().join("runtimes")).unwrap();
        user
    }

    /// A user whose machine has the runtime for JavaScript prepared too.
    pub(crate) fn with_javascript() -> Self {
        static PREPARED: OnceLock<()> = OnceLock::new();
        PREPARED.get_or_init(|| prepare("javascript", prepared_cache()));
        User::new()
    }

    /// The cache directory: the runtimes that this machine has prepared, and outcomes of this user's own.
    pub(crate) fn cache(&self) -> PathBuf {
        self.dir.path().join("cache")
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.dir.path().join("home")
    }

    /// The working directory.
    pub(crate) fn work(&self) -> PathBuf {
        self.dir.path().join("work")
    }

    /// A path in the working directory.
    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.work().join(name)
    }

    /// Writes a file in the working directory.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    /// The names of the files in the working directory, sorted.
    pub(crate) fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.work()).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// `assay` with these arguments.
    pub(crate) fn assay<I: IntoIterator<Item = impl AsRef<OsStr>>>(&self, arguments: I) -> Assay {
        let mut command = Command::new(env!("CARGO_BIN_EXE_assay"));
        command.args(arguments);
        self.prepare(command)
    }

    /// `assay` with these arguments, which may have so many files open at once.
    pub(crate) fn assay_with_files<I: IntoIterator<Item = impl AsRef<OsStr>>>(
        &self,
        files: u32,
        arguments: I,
    ) -> Assay {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", &format!("ulimit -n {files} && exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_assay")]);
        command.args(arguments);
        self.prepare(command)
    }

    fn prepare(&self, mut command: Command) -> Assay {
        command.current_dir(self.work()).env_clear();
        command.env("HOME", self.home()).env("PATH", path_variable()).env("ASSAY_CACHE_DIR", self.cache());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Assay { command }
    }

    /// `assay` with the words of `line` for arguments.
    pub(crate) fn run(&self, line: &str) -> Ended {
        self.assay(line.split_whitespace()).run()
    }
}

/// A command line, ready to run.
pub(crate) struct Assay {
    command: Command,
}

impl Assay {
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// What the command reads from its standard input.
    pub(crate) fn stdin(mut self, file: &Path) -> Self {
        self.command.stdin(fs::File::open(file).unwrap());
        self
    }

    /// Runs the command to its end.
    pub(crate) fn run(self) -> Ended {
        self.start().wait()
    }

    /// Starts the command.
    pub(crate) fn start(mut self) -> Running {
        Running::watch(self.command.spawn().unwrap(), format!("{:?}", self.command))
    }
}

/// A command at work. Killed when it takes too long, or when its test fails before it ends.
pub(crate) struct Running {
    pid: Pid,
    line: String,
    output: Receiver<Output>,
    ended: bool,
}

impl Running {
    fn watch(child: Child, line: String) -> Self {
        let pid = Pid::from_child(&child);
        let (sender, output) = channel();
        std::thread::spawn(move || {
            // When nobody waits any more, the test has failed already.
            let _ = sender.send(child.wait_with_output().unwrap());
        });
        Running { pid, line, output, ended: false }
    }

    /// Sends a signal, unless the command has ended already.
    pub(crate) fn signal(&self, signal: Signal) {
        let sent = kill_process(self.pid, signal);
        assert!(matches!(sent, Ok(()) | Err(Errno::SRCH)), "{sent:?}");
    }

    pub(crate) fn pid(&self) -> i32 {
        self.pid.as_raw_nonzero().get()
    }

    pub(crate) fn wait(self) -> Ended {
        self.wait_for(LIMIT)
    }

    fn wait_for(mut self, limit: Duration) -> Ended {
        match self.output.recv_timeout(limit) {
            Ok(output) => {
                self.ended = true;
                Ended::new(output, self.line.clone())
            }
            Err(RecvTimeoutError::Timeout) => panic!("hangs: {}", self.line),
            Err(RecvTimeoutError::Disconnected) => panic!("no output of {}", self.line),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.ended {
            let _ = kill_process(self.pid, Signal::KILL);
        }
    }
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    line: String,
    /// The exit code; `None` when a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Ended {
    fn new(output: Output, line: String) -> Self {
        let stderr = String::from_utf8(output.stderr).expect("stderr is text");
        assert!(!stderr.contains("panicked"), "{line}\n{stderr}");
        Ended { line, code: output.status.code(), stdout: output.stdout, stderr }
    }

    /// Asserts exit code 0.
    #[track_caller]
    pub(crate) fn done(self) -> Self {
        self.exits(0)
    }

    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}\n{}\n{}", self.line, self.text(), self.stderr);
        self
    }

    /// Asserts that it failed as a tool should: this exit code, nothing on stdout, one error that says all of `says`.
    #[track_caller]
    pub(crate) fn fails(self, code: i32, says: &[&str]) -> Self {
        let ended = self.exits(code);
        assert_eq!(ended.text(), "", "{}", ended.line);
        ended.has_one_error().says(says)
    }

    #[track_caller]
    pub(crate) fn has_one_error(self) -> Self {
        let errors = self.stderr.lines().filter(|line| line.starts_with("error: ")).count();
        assert_eq!(errors, 1, "{}\n{}", self.line, self.stderr);
        self
    }

    /// Asserts that stderr holds each of `texts`.
    #[track_caller]
    pub(crate) fn says(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(self.stderr.contains(text), "{}\nlacks {text:?}:\n{}", self.line, self.stderr);
        }
        self
    }

    /// Asserts that nothing a terminal would act on was written.
    #[track_caller]
    pub(crate) fn without_control_characters(self) -> Self {
        for text in [&self.text(), &self.stderr] {
            let control = text.chars().find(|c| c.is_control() && *c != '\n');
            assert_eq!(control, None, "{}\n{text:?}", self.line);
        }
        self
    }

    /// Stdout as text.
    #[track_caller]
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.stdout.clone()).expect("stdout is text")
    }

    /// The JSON in the last line of stdout.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        let text = self.text();
        let last = text.lines().last().unwrap_or_else(|| panic!("{}\nno stdout\n{}", self.line, self.stderr));
        serde_json::from_str(last).unwrap_or_else(|error| panic!("{}\n{error}: {last}", self.line))
    }
}

/// The user's own cache, with the runtime prepared in it: the first caller waits for that, and so do all who call
/// meanwhile.
fn prepared_cache() -> &'static Path {
    static CACHE: OnceLock<PathBuf> = OnceLock::new();
    CACHE.get_or_init(|| {
        let named = std::env::var_os("ASSAY_CACHE_DIR").filter(|dir| !dir.is_empty());
        let cache = std::path::absolute(named.map_or_else(default_cache, PathBuf::from)).unwrap();
        prepare("python", &cache);
        cache
    })
}

/// Prepares a runtime with all of the user's environment: fetching a package may need a proxy or an index of theirs.
fn prepare(runtime: &str, cache: &Path) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_assay"));
    command.args(["runtime", "prepare", runtime]).env("ASSAY_CACHE_DIR", cache);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    Running::watch(command.spawn().unwrap(), format!("{command:?}")).wait_for(PREPARE_LIMIT).done();
}

fn default_cache() -> PathBuf {
    etcetera::base_strategy::choose_native_strategy().unwrap().cache_dir().join("assay")
}

fn path_variable() -> OsString {
    std::env::var_os("PATH").unwrap_or_default()
}
