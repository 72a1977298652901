use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A file that a program finds in its working directory.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SourceFile {
    /// Relative, with `/` between names; no `..`, no empty name.
    pub path: String,
    /// The contents.
    pub text: String,
}

/// How a program starts.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Entry {
    /// The file runs as the main program.
    Script {
        /// Which file.
        path: String,
        /// How to find out which of its lines run, where that is asked for. Python alone can tell.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        coverage: Option<CoverageOptions>,
    },
    /// The solution runs as a library, then the tests run in the same namespace. The runtime's harness
    /// reports what the tests did in a sealed [`Record`](crate::Record); without a record nothing has passed.
    Tests {
        /// The file with the solution.
        solution: String,
        /// The file with the test code.
        tests: String,
        /// How to find out which of the solution's lines run, where that is asked for. Python alone can tell.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        coverage: Option<CoverageOptions>,
    },
    /// Two instances. The candidate's starts first and runs until it waits for a message. Then the judge's file runs as
    /// the main program of an instance of its own, which the candidate can neither read nor write, and sends the
    /// candidate messages; the answer to one is another, or the status with which the candidate ended. The judge reports
    /// what its tests did in a sealed [`Record`](crate::Record); without a record nothing has passed.
    ///
    /// Everything of the program itself is the judge's: its files, standard input, limits, and the outcome's status.
    Judged {
        /// The judge's file.
        judge: String,
        /// What is judged.
        candidate: Box<Candidate>,
    },
}

impl Entry {
    /// The file at `path` as the main program.
    pub fn script(path: impl Into<String>) -> Self {
        Entry::Script { path: path.into(), coverage: None }
    }

    /// The tests in the file `tests` of the solution in the file `solution`.
    pub fn tests(solution: impl Into<String>, tests: impl Into<String>) -> Self {
        Entry::Tests { solution: solution.into(), tests: tests.into(), coverage: None }
    }
}

/// The untrusted side of an execution of two instances: what the judge's messages go to. It runs in the same runtime and
/// sees nothing of the judge but its messages.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Candidate {
    /// The files in its working directory.
    pub files: Vec<SourceFile>,
    /// The file that runs as its main program. It says how messages are answered, unless its `functions` are called.
    pub path: String,
    /// Whether the judge's file is tests that call its functions as if they were beside them: it is loaded as a module, which
    /// tests may also import by its file's name, and the runtime does the rest. Python alone can.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub functions: bool,
    /// What its standard input gives before its end.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub stdin: String,
    /// What bounds it, apart from what bounds the judge.
    #[serde(default)]
    pub limits: Limits,
}

/// What bounds one program. Exceeding a bound is an outcome, never an error. In JSON what is absent has its default.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Limits {
    /// Fuel: WebAssembly instructions, as the engine meters them. The sandbox executes some 5 to 7 billion a second;
    /// what native Python does in a second takes 12 to 40 billion, by the kind of program.
    pub fuel: u64,
    /// Linear memory of the interpreter and the program together, in bytes.
    pub memory_bytes: u64,
    /// How long the program may sleep in all, on its virtual clock. Sleeping takes no real time.
    pub sleep: Duration,
    /// How much of each output stream is kept, in bytes; what comes after is dropped and flagged.
    pub capture_bytes: u64,
    /// How much a program may write to both output streams together before it is ended, in bytes.
    pub output_bytes: u64,
    /// The size of all files a program creates, in bytes.
    pub file_bytes: u64,
    /// How many files and directories a program may create.
    pub file_count: u32,
}

impl Default for Limits {
    /// 100 G fuel (some 20 s), 1 GiB of memory, an hour of sleep, 1 MiB kept and 64 MiB written of
    /// output, 64 MiB in 1,024 files.
    fn default() -> Self {
        Limits {
            fuel: 100_000_000_000,
            memory_bytes: 1 << 30,
            sleep: Duration::from_secs(3600),
            capture_bytes: 1 << 20,
            output_bytes: 64 << 20,
            file_bytes: 64 << 20,
            file_count: 1024,
        }
    }
}

/// How lines are counted that run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CoverageOptions {
    /// Regular expressions, in Python's syntax, for lines that do not count, beside those that coverage.py leaves out by itself. A
    /// line that begins a block stands for all of it, and a decorator for its function or class.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclude: Vec<String>,
}

/// What the sandbox executes. An outcome is a function of this and the runtime's digest.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Program {
    /// The runtime's name, for example `python`.
    pub runtime: String,
    /// The files in the working directory.
    pub files: Vec<SourceFile>,
    /// How it starts.
    pub entry: Entry,
    /// What standard input gives before its end.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub stdin: String,
    /// What bounds it.
    #[serde(default)]
    pub limits: Limits,
    /// Seeds everything random that the program can see. The host derives it from (run seed, task, sample).
    #[serde(default)]
    pub seed: u64,
}

impl Program {
    /// The contents of the file at `path`, or `None` when there is no such file.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<&str> {
        self.files.iter().find(|f| f.path == path).map(|f| f.text.as_str())
    }

    /// What bounds the candidate's code: a judge has limits of its own.
    pub fn candidate_limits_mut(&mut self) -> &mut Limits {
        match &mut self.entry {
            Entry::Judged { candidate, .. } => &mut candidate.limits,
            Entry::Script { .. } | Entry::Tests { .. } => &mut self.limits,
        }
    }
}
