//! What the host and the harness inside the interpreter say to each other.
//!
//! The harness fetches its program with the message `p`, the execution's secret with `s`, the tests, once the solution
//! has been executed, with `t`, and reports with `r`, the secret, and JSON. Each is answered once. While the harness is
//! installed, it tells with `e` and a decimal number what the interpreter's entry is to be called with.
//!
//! Everything that comes through the door is untrusted: code in the same interpreter may try to speak in the harness's
//! place. What it takes that way, the harness does not get any more, and makes no report.

use assay_api::{Entry, Exception, Program, Record, Status, TestResult};
use serde::{Deserialize, Serialize};

/// A report longer than this, in bytes, is no report.
const MAX_REPORT_BYTES: usize = 1 << 20;

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
    seed: u64,
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
}

#[derive(Debug, Deserialize)]
struct ReportMessage {
    #[serde(flatten)]
    ending: Ending,
    #[serde(default)]
    tests: Option<Vec<TestResult>>,
}

/// How the harness says that the program ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Report {
    /// How it ended.
    pub(crate) status: Status,
    /// What its tests did.
    pub(crate) record: Option<Record>,
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
    /// Whether the harness is being installed.
    installing: bool,
    argument: Option<i32>,
}

impl Door {
    /// A door for the harness that is being installed.
    pub(crate) fn installing() -> Self {
        Door { installing: true, ..Door::default() }
    }

    /// A door through which the tests in the file `path` are fetched, to be prepared, and that believes a report with
    /// `secret`.
    ///
    /// # Errors
    /// When the message cannot be encoded.
    pub(crate) fn preparing(path: &str, tests: &str, secret: String) -> Result<Self, String> {
        let message = ProgramMessage { kind: "prepare", path, source: tests, files: Vec::new(), seed: 0 };
        let seal = Some(secret.clone().into_bytes());
        Ok(Door { program: Some(json(&message)?), seal, secret, ..Door::default() })
    }

    /// A door through which `program` is fetched, and that believes reports with `secret`. Where the harness has its
    /// tests `prepared`, nobody gets them through the door.
    ///
    /// # Errors
    /// When the program's entry names a file that it does not have.
    pub(crate) fn new(program: &Program, prepared: bool, secret: String) -> Result<Self, String> {
        let source = |path: &String| program.file(path).ok_or_else(|| format!("the program has no file `{path}`"));
        let (kind, path, tests) = match &program.entry {
            Entry::Script { path } => ("script", path, None),
            Entry::Tests { solution, tests } => ("tests", solution, Some(tests)),
        };
        let message = ProgramMessage {
            kind,
            path,
            source: source(path)?,
            files: program.files.iter().map(|file| file.path.as_str()).collect(),
            seed: program.seed,
        };
        let tests = match tests {
            Some(path) if !prepared => Some(json(&TestsMessage { path, source: source(path)? })?),
            _ => None,
        };
        let seal = Some(secret.clone().into_bytes());
        Ok(Door { program: Some(json(&message)?), seal, tests, secret, ..Door::default() })
    }

    /// Answers a message from inside; `None` when it is none of ours.
    pub(crate) fn answer(&mut self, message: &[u8]) -> Option<Vec<u8>> {
        match message.split_first()? {
            (b'p', []) => self.program.take(),
            (b's', []) => self.seal.take(),
            (b't', []) => self.tests.take(),
            (b'r', report) if self.report.is_none() => {
                self.report = Some(self.parse(report)?);
                Some(Vec::new())
            }
            (b'e', argument) if self.installing => {
                self.argument = Some(std::str::from_utf8(argument).ok()?.parse::<u32>().ok()?.cast_signed());
                Some(Vec::new())
            }
            _ => None,
        }
    }

    /// What the harness said that the entry is to be called with.
    pub(crate) fn take_argument(&mut self) -> Option<i32> {
        self.argument.take()
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
        };
        Some(Report { status, record: message.tests.map(|tests| Record { tests }) })
    }

    /// The report, if there was one.
    pub(crate) fn take_report(&mut self) -> Option<Report> {
        self.report.take()
    }
}

fn json(message: &impl Serialize) -> Result<Vec<u8>, String> {
    serde_json::to_vec(message).map_err(|error| error.to_string())
}

/// The low 8 bits, as a process's parent sees them.
fn exit_code(code: i64) -> i32 {
    (code & 0xff) as i32
}

#[cfg(test)]
mod tests {
    use assay_api::{Limits, SourceFile};

    use super::*;

    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    fn program() -> Program {
        Program {
            runtime: "python".to_owned(),
            files: vec![SourceFile { path: "main.py".to_owned(), text: "pass".to_owned() }],
            entry: Entry::Script { path: "main.py".to_owned() },
            stdin: String::new(),
            limits: Limits::default(),
            seed: 7,
        }
    }

    fn door() -> Door {
        Door::new(&program(), false, SECRET.to_owned()).expect("the entry exists")
    }

    fn report(secret: &str, json: &str) -> Vec<u8> {
        format!("r{secret}{json}").into_bytes()
    }

    #[test]
    fn everything_is_given_once() {
        let mut program = program();
        program.files.push(SourceFile { path: "tests.py".to_owned(), text: "assert True".to_owned() });
        program.entry = Entry::Tests { solution: "main.py".to_owned(), tests: "tests.py".to_owned() };
        let mut door = Door::new(&program, false, SECRET.to_owned()).expect("the entry exists");
        let message = door.answer(b"p").expect("a program");
        assert!(!String::from_utf8_lossy(&message).contains("assert True"), "the tests come later");
        assert_eq!(door.answer(b"s").as_deref(), Some(SECRET.as_bytes()));
        assert!(door.answer(b"t").is_some_and(|tests| String::from_utf8_lossy(&tests).contains("assert True")));
        for message in [b"p", b"s", b"t"] {
            assert_eq!(door.answer(message), None);
        }
    }

    #[test]
    fn a_script_has_no_tests() {
        assert_eq!(door().answer(b"t"), None);
    }

    #[test]
    fn a_report_without_the_secret_is_not_believed() {
        let mut door = door();
        assert_eq!(door.answer(&report(&"0".repeat(32), r#"{"end":"exit","code":0}"#)), None);
        assert_eq!(door.answer(b"r"), None);
        assert_eq!(door.take_report(), None);
    }

    #[test]
    fn the_first_report_stands() {
        let mut door = door();
        assert!(door.answer(&report(SECRET, r#"{"end":"exit","code":3}"#)).is_some());
        assert_eq!(door.answer(&report(SECRET, r#"{"end":"exit","code":0}"#)), None);
        assert_eq!(door.take_report().map(|r| r.status), Some(Status::Completed { exit_code: 3 }));
    }

    #[test]
    fn malformed_messages_get_no_answer() {
        let mut door = door();
        for message in [&b""[..], b"x", b"pp", &report(SECRET, "{"), &report(SECRET, r#"{"end":"party"}"#)] {
            assert_eq!(door.answer(message), None);
        }
    }

    #[test]
    fn an_entry_without_its_file_is_an_error() {
        let mut program = Program { files: Vec::new(), ..program() };
        assert!(Door::new(&program, false, SECRET.to_owned()).is_err());
        program.entry = Entry::Tests { solution: "s.py".to_owned(), tests: "t.py".to_owned() };
        assert!(Door::new(&program, false, SECRET.to_owned()).is_err());
    }
}
