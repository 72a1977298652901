//! What the host and the harness inside the interpreter say to each other.
//!
//! The harness fetches its program with the message `p`, the execution's secret with `s`, the tests, once the solution
//! has been executed, or a judge's or candidate's main program with `t`, and reports with `r`, the secret, and JSON. Each is answered once. The seed of its random
//! numbers is told, in decimal, for `d`. While the harness is
//! installed, it tells with `e` and a decimal number what the interpreter's entry is to be called with, and with `i` which
//! objects are to live for ever. With `k`, a path, a zero byte and contents, it hands over a file that it made of another.
//!
//! A judge calls its candidate with `c` and a message; the answer is `m` and the candidate's message, or `e` and, in JSON,
//! the status with which it ended. A candidate waits for the next message with `n`, followed by its answer to the message
//! before.
//!
//! Of its threads the interpreter says `+number:address` to have a new one, which calls the object at that address;
//! `>number` to let another one go on in place of this one; and `-number` for who goes on when this one has ended.
//!
//! Everything that comes through the door is untrusted: code in the same interpreter may try to speak in the harness's
//! place. What it takes that way, the harness does not get any more, and makes no report.

use std::collections::BTreeMap;

use assay_api::{Exception, LineCoverage, Record, Status, TestResult};
use serde::{Deserialize, Serialize};

use crate::interpreter::MakeImmortal;
use crate::line::Question;
use crate::side::{Kind, Side};

/// A report longer than this, in bytes, is no report.
const MAX_REPORT_BYTES: usize = 1 << 20;

/// A message between judge and candidate is at most this long, in bytes; a longer one is not delivered.
const MAX_MESSAGE_BYTES: usize = 16 << 20;

/// The length of a secret: 128 bits in hexadecimal.
const SECRET_CHARACTERS: usize = 32;

/// What the harness fetches.
#[derive(Serialize)]
struct ProgramMessage<'a> {
    kind: &'static str,
    path: &'a str,
    source: &'a str,
    /// The program's own files, to tell its frames from the library's.
    files: Vec<&'a str>,
    /// The module whose functions tests in one instance call in the other.
    #[serde(skip_serializing_if = "Option::is_none")]
    functions: Option<&'a str>,
    /// Patterns of lines that do not count, where it is asked which lines run.
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage: Option<&'a [String]>,
}

/// The tests that the harness fetches to prepare them.
#[derive(Serialize)]
struct PrepareMessage<'a> {
    kind: &'static str,
    path: &'a str,
    source: &'a str,
    /// The modules to import for them.
    helpers: &'a [&'a str],
}

/// The tests that the harness fetches.
#[derive(Serialize)]
struct TestsMessage<'a> {
    path: &'a str,
    source: &'a str,
}

/// What the harness reports.
#[derive(Debug, Deserialize)]
#[serde(tag = "end", rename_all = "snake_case")]
enum Ending {
    Exit { code: Option<i64> },
    Exception(Exception),
    Unsupported { what: String },
    OutOfMemory,
}

#[derive(Debug, Deserialize)]
struct ReportMessage {
    #[serde(flatten)]
    ending: Ending,
    #[serde(default)]
    tests: Option<Vec<TestResult>>,
    #[serde(default)]
    coverage: Option<LineCoverage>,
}

/// How the harness says that the program ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Report {
    /// How it ended.
    pub(crate) status: Status,
    /// What its tests did.
    pub(crate) record: Option<Record>,
    /// Which of its statements ran.
    pub(crate) coverage: Option<LineCoverage>,
}

/// What the host says to a message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The message is none of ours.
    Silence,
    /// This.
    Bytes(Vec<u8>),
    /// What comes from outside the guest's call: it is to be parked on its line.
    Outside(Question),
    /// Nothing, after the listed objects were made immortal.
    Immortal(Vec<u8>),
}

/// The host's side of the door, for one execution.
#[derive(Debug, Default)]
pub(crate) struct Door {
    /// What has not been fetched yet.
    program: Option<Vec<u8>>,
    seal: Option<Vec<u8>>,
    tests: Option<Vec<u8>>,
    secret: String,
    report: Option<Report>,
    seed: u64,
    /// Whether the seed was told.
    seed_used: bool,
    /// Set while the harness is being installed.
    installing: Option<MakeImmortal>,
    argument: Option<i32>,
    /// Files that the interpreter made of others.
    translated: BTreeMap<String, Vec<u8>>,
    /// The first byte of messages to another instance.
    outside: Option<u8>,
    /// Whether there may be threads.
    threads: bool,
}

impl Door {
    /// A door for the harness that is being installed.
    pub(crate) fn installing(make_immortal: MakeImmortal) -> Self {
        Door { installing: Some(make_immortal), ..Door::default() }
    }

    /// A door through which tests are fetched, (path, source), and the names of the modules that help them, to be
    /// prepared; it believes a report with `secret`.
    ///
    /// # Errors
    /// When the message cannot be encoded.
    pub(crate) fn preparing((path, source): (&str, &str), helpers: &[&str], secret: String) -> Result<Self, String> {
        let message = PrepareMessage { kind: "prepare", path, source, helpers };
        let seal = Some(secret.clone().into_bytes());
        Ok(Door { program: Some(json(&message)?), seal, secret, ..Door::default() })
    }

    /// A door through which `side` is fetched, and that believes reports with `secret`. Where the harness has its
    /// tests `prepared`, nobody gets them through the door.
    ///
    /// # Errors
    /// When a message cannot be encoded.
    pub(crate) fn new(side: &Side<'_>, prepared: bool, secret: String) -> Result<Self, String> {
        let (path, source) = side.main;
        let message = ProgramMessage {
            kind: side.kind.name(),
            path,
            source,
            files: side.files.iter().map(|file| file.path.as_str()).collect(),
            functions: side.functions,
            coverage: side.coverage.map(|options| options.exclude.as_slice()),
        };
        let tests = match side.tests {
            Some((path, source)) if !prepared => Some(json(&TestsMessage { path, source })?),
            _ => None,
        };
        let outside = match side.kind {
            Kind::Script | Kind::Tests => None,
            Kind::Judge => Some(b'c'),
            Kind::Candidate => Some(b'n'),
        };
        let seal = Some(secret.clone().into_bytes());
        let program = Some(json(&message)?);
        Ok(Door { program, seal, tests, secret, outside, threads: true, seed: side.seed, ..Door::default() })
    }

    /// Answers a message from inside.
    pub(crate) fn answer(&mut self, message: &[u8]) -> Answer {
        let answer = match message.split_first() {
            Some((b'p', [])) => self.program.take(),
            Some((b's', [])) => self.seal.take(),
            Some((b't', [])) => self.tests.take(),
            Some((b'd', [])) => {
                self.seed_used = true;
                Some(self.seed.to_string().into_bytes())
            }
            Some((b'r', report)) if self.report.is_none() => {
                self.report = self.parse(report);
                self.report.as_ref().map(|_| Vec::new())
            }
            Some((&first, text)) if self.outside == Some(first) && text.len() <= MAX_MESSAGE_BYTES => {
                return Answer::Outside(Question::Message(text.to_vec()));
            }
            Some((b'+' | b'>' | b'-', _)) if self.threads => {
                return thread_question(message).map_or(Answer::Silence, Answer::Outside);
            }
            Some((b'i', objects)) if self.installing.is_some() => return Answer::Immortal(objects.to_vec()),
            Some((b'k', file)) if self.installing.is_some() => {
                let (path, contents) = file.split_at(file.iter().position(|byte| *byte == 0).unwrap_or(file.len()));
                let path = String::from_utf8_lossy(path).into_owned();
                self.translated.insert(path, contents.get(1..).unwrap_or_default().to_vec());
                Some(Vec::new())
            }
            Some((b'e', argument)) if self.installing.is_some() => {
                self.argument = decimal(argument);
                self.argument.map(|_| Vec::new())
            }
            _ => None,
        };
        answer.map_or(Answer::Silence, Answer::Bytes)
    }

    /// Whether the program may depend on its seed through what it was told here.
    pub(crate) fn seed_used(&self) -> bool {
        self.seed_used
    }

    /// Makes the listed objects in the guest's memory immortal.
    ///
    /// # Errors
    /// When they are no objects.
    pub(crate) fn make_immortal(&self, memory: &mut [u8], objects: &[u8]) -> Result<(), String> {
        self.installing.map_or(Ok(()), |make_immortal| make_immortal(memory, objects))
    }

    /// What the harness said that the entry is to be called with.
    pub(crate) fn take_argument(&mut self) -> Option<i32> {
        self.argument.take()
    }

    /// The files that the interpreter made of others, by their paths.
    pub(crate) fn take_translated(&mut self) -> BTreeMap<String, Vec<u8>> {
        std::mem::take(&mut self.translated)
    }

    fn parse(&self, message: &[u8]) -> Option<Report> {
        let (secret, json) = message.split_at_checked(SECRET_CHARACTERS)?;
        if secret != self.secret.as_bytes() || json.len() > MAX_REPORT_BYTES {
            return None;
        }
        let message: ReportMessage = serde_json::from_slice(json).ok()?;
        let status = match message.ending {
            Ending::Exit { code } => Status::Completed { exit_code: exit_code(code.unwrap_or(0)) },
            Ending::Exception(exception) => Status::Exception { exception },
            Ending::Unsupported { what } => Status::Unsupported { what },
            Ending::OutOfMemory => Status::OutOfMemory,
        };
        let record = message.tests.map(|tests| Record { tests });
        Some(Report { status, record, coverage: message.coverage })
    }

    /// The report, if there was one.
    pub(crate) fn take_report(&mut self) -> Option<Report> {
        self.report.take()
    }
}

/// What the interpreter wants of its threads; `None` when it is malformed.
fn thread_question(message: &[u8]) -> Option<Question> {
    let (first, rest) = std::str::from_utf8(message).ok()?.split_at_checked(1)?;
    Some(match first {
        ">" => Question::Switch(rest.parse().ok()?),
        "-" => Question::Successor(rest.parse().ok()?),
        _ => {
            let (number, address) = rest.split_once(':')?;
            Question::Spawn(number.parse().ok()?, address.parse::<u32>().ok()?.cast_signed())
        }
    })
}

fn json(message: &impl Serialize) -> Result<Vec<u8>, String> {
    serde_json::to_vec(message).map_err(|error| error.to_string())
}

/// An address in the guest's memory.
fn decimal(text: &[u8]) -> Option<i32> {
    std::str::from_utf8(text).ok()?.parse::<u32>().ok().map(u32::cast_signed)
}

/// The low 8 bits, as a process's parent sees them.
fn exit_code(code: i64) -> i32 {
    (code & 0xff) as i32
}

#[cfg(test)]
mod tests;
