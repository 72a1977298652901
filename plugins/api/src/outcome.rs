use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

/// An exception that ended a program.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Exception {
    /// The exception's class name, for example `AssertionError`.
    #[serde(rename = "type")]
    pub type_name: String,
    /// The message; bounded by the runtime's harness.
    pub message: String,
    /// The program's file in which it was raised, where known.
    pub file: Option<String>,
    /// The line in that file, from 1, where known.
    pub line: Option<u32>,
}

/// How a program ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Status {
    /// It ran to its end or asked to exit.
    Completed {
        /// What it exited with.
        exit_code: i32,
    },
    /// An exception that nothing caught.
    Exception {
        /// The exception.
        exception: Exception,
    },
    /// It used up its fuel.
    OutOfFuel,
    /// It needed more memory than it was given.
    OutOfMemory,
    /// It slept longer than it was allowed to.
    OutOfTime,
    /// It overflowed the stack below the interpreter's own recursion limit.
    StackOverflow,
    /// It wrote more output than it was allowed to.
    OutputLimit,
    /// It created more files, or more bytes in files, than it was allowed to.
    FileLimit,
    /// The interpreter itself crashed.
    Trap {
        /// The engine's name for the trap.
        message: String,
    },
    /// It asked for something that the runtime lacks.
    Unsupported {
        /// What: a module or a system service, for example `subprocess`.
        what: String,
    },
    /// The infrastructure failed; this says nothing about the program.
    Infra {
        /// What failed.
        why: String,
    },
}

impl Status {
    /// The name used in JSON and reports, for example `out_of_fuel`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Status::Completed { .. } => "completed",
            Status::Exception { .. } => "exception",
            Status::OutOfFuel => "out_of_fuel",
            Status::OutOfMemory => "out_of_memory",
            Status::OutOfTime => "out_of_time",
            Status::StackOverflow => "stack_overflow",
            Status::OutputLimit => "output_limit",
            Status::FileLimit => "file_limit",
            Status::Trap { .. } => "trap",
            Status::Unsupported { .. } => "unsupported",
            Status::Infra { .. } => "infra",
        }
    }
}

/// The kept beginning of an output stream.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Captured {
    /// The bytes; need not be UTF-8. In JSON a string, or `{"base64": ...}` when they are not UTF-8.
    #[serde(serialize_with = "bytes_out", deserialize_with = "bytes_in")]
    #[cfg_attr(feature = "schema", schemars(with = "Bytes<'static>"))]
    pub bytes: Vec<u8>,
    /// Whether the program wrote more than this.
    pub truncated: bool,
}

impl Captured {
    /// As text, invalid UTF-8 replaced.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.bytes)
    }
}

#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
enum Bytes<'a> {
    Text(Cow<'a, str>),
    Base64 { base64: String },
}

fn bytes_out<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    use base64::prelude::{BASE64_STANDARD, Engine as _};
    match std::str::from_utf8(bytes) {
        Ok(text) => Bytes::Text(text.into()),
        Err(_) => Bytes::Base64 { base64: BASE64_STANDARD.encode(bytes) },
    }
    .serialize(serializer)
}

fn bytes_in<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    use base64::prelude::{BASE64_STANDARD, Engine as _};
    match Bytes::deserialize(deserializer)? {
        Bytes::Text(text) => Ok(text.into_owned().into_bytes()),
        Bytes::Base64 { base64 } => BASE64_STANDARD.decode(base64).map_err(serde::de::Error::custom),
    }
}

/// What one test did.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TestResult {
    /// The test's name.
    pub name: String,
    /// Whether it passed; says nothing of a skipped one.
    pub passed: bool,
    /// Whether it was not run, as its author wanted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub skipped: bool,
    /// Why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exception: Option<Exception>,
}

/// What the harness saw the tests do, over a channel of its own, sealed with a per-execution secret.
/// A program that ends before its tests leaves none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Record {
    /// In the order of execution. At least one that was not skipped, or nothing was tested.
    pub tests: Vec<TestResult>,
}

impl Record {
    /// Whether tests were run, and all that were passed.
    #[must_use]
    pub fn passed(&self) -> bool {
        let mut run = self.tests.iter().filter(|test| !test.skipped).peekable();
        run.peek().is_some() && run.all(|test| test.passed)
    }
}

/// Which statements of a file ran, each by its first line, from 1. What a statement is, is as
/// [coverage.py](https://coverage.readthedocs.io) has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LineCoverage {
    /// All of them, in ascending order.
    pub statements: Vec<u32>,
    /// Those that did not run, in ascending order.
    pub missing: Vec<u32>,
}

/// What executing a program gave.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Outcome {
    /// How it ended.
    #[serde(flatten)]
    pub status: Status,
    /// Fuel used, from the program's first instruction to its last, harness included.
    pub fuel: u64,
    /// The largest size of linear memory, in bytes, the interpreter's own share included.
    pub peak_memory_bytes: u64,
    /// What it wrote to standard output.
    pub stdout: Captured,
    /// What it wrote to standard error.
    pub stderr: Captured,
    /// What its tests did, where the entry asks for tests and they ran to their end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<Record>,
    /// Which statements of the solution or the script ran, where the program asked for it, the runtime can tell, and the
    /// program ended by itself. Who shares an instance with what is measured can forge it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coverage: Option<LineCoverage>,
    /// What became of the candidate, where the entry is [`Entry::Judged`](crate::Entry::Judged): its own status, fuel,
    /// memory and output. A candidate that still waits for messages when the judge has ended ends then, as completed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub candidate: Option<Box<Outcome>>,
    /// Whether the program drew randomness, and so may depend on its seed. If not, this is its outcome for every seed.
    ///
    /// Outcomes that were stored before this was known may depend on it.
    #[serde(default = "unless_known")]
    pub seed_used: bool,
}

fn unless_known() -> bool {
    true
}

impl Outcome {
    /// An outcome that says that the infrastructure failed.
    #[must_use]
    pub fn infra(why: impl Into<String>) -> Self {
        Outcome {
            status: Status::Infra { why: why.into() },
            fuel: 0,
            peak_memory_bytes: 0,
            stdout: Captured::default(),
            stderr: Captured::default(),
            record: None,
            coverage: None,
            candidate: None,
            seed_used: false,
        }
    }

    /// Whether it says nothing of the program, since the infrastructure failed.
    #[must_use]
    pub fn is_infra(&self) -> bool {
        matches!(self.status, Status::Infra { .. }) || self.candidate.as_ref().is_some_and(|outcome| outcome.is_infra())
    }

    /// The fuel that the candidate's code used, with its tests where they share an instance.
    #[must_use]
    pub fn candidate_fuel(&self) -> u64 {
        self.candidate.as_ref().map_or(self.fuel, |outcome| outcome.fuel)
    }

    /// SHA-256 over everything in the outcome, fuel and output included.
    ///
    /// The encoding is the outcome's compact JSON, whose field order is fixed by the type.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        let json = serde_json::to_vec(self).unwrap_or_default();
        Sha256::digest(&json).into()
    }
}
