//! What the host and the harness inside the interpreter say to each other.
//!
//! The harness fetches its program with the message `p` and reports with `r`, the execution's secret, and JSON.
//! Everything it says is untrusted: code in the same interpreter may try to speak in its place.

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
    tests_path: &'a str,
    /// Absent where the harness has prepared them.
    tests: Option<&'a str>,
    /// The program's own files, to tell its frames from the library's.
    files: Vec<&'a str>,
    seed: u64,
    secret: &'a str,
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
    program: Vec<u8>,
    secret: String,
    report: Option<Report>,
}

impl Door {
    /// A door through which the tests in the file `path` are fetched once, to be prepared, and that believes a report
    /// with `secret`.
    ///
    /// # Errors
    /// When the message cannot be encoded.
    pub(crate) fn preparing(path: &str, tests: &str, secret: String) -> Result<Self, String> {
        let message = ProgramMessage {
            kind: "prepare",
            path: "",
            source: "",
            tests_path: path,
            tests: Some(tests),
            files: Vec::new(),
            seed: 0,
            secret: &secret,
        };
        let program = serde_json::to_vec(&message).map_err(|error| error.to_string())?;
        Ok(Door { program, secret, report: None })
    }

    /// A door through which `program` is fetched once, and that believes reports with `secret`. Where the harness has
    /// `prepared` the program's tests, they are left out.
    ///
    /// # Errors
    /// When the program's entry names a file that it does not have.
    pub(crate) fn new(program: &Program, prepared: bool, secret: String) -> Result<Self, String> {
        let source = |path: &String| program.file(path).ok_or_else(|| format!("the program has no file `{path}`"));
        let (kind, path, tests_path) = match &program.entry {
            Entry::Script { path } => ("script", path, None),
            Entry::Tests { solution, tests } => ("tests", solution, Some(tests)),
        };
        let message = ProgramMessage {
            kind,
            path,
            source: source(path)?,
            tests_path: tests_path.map_or("", String::as_str),
            tests: tests_path.filter(|_| !prepared).map(source).transpose()?,
            files: program.files.iter().map(|file| file.path.as_str()).collect(),
            seed: program.seed,
            secret: &secret,
        };
        let program = serde_json::to_vec(&message).map_err(|error| error.to_string())?;
        Ok(Door { program, secret, report: None })
    }

    /// Answers a message from inside; `None` when it is none of ours.
    pub(crate) fn answer(&mut self, message: &[u8]) -> Option<Vec<u8>> {
        match message.split_first()? {
            (b'p', []) if !self.program.is_empty() => Some(std::mem::take(&mut self.program)),
            (b'r', report) if self.report.is_none() => {
                self.report = Some(self.parse(report)?);
                Some(Vec::new())
            }
            _ => None,
        }
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

/// The low 8 bits, as a process's parent sees them.
fn exit_code(code: i64) -> i32 {
    (code & 0xff) as i32
}

#[cfg(test)]
mod tests {
    use assay_api::{Limits, SourceFile};

    use super::*;

    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    fn door() -> Door {
        let program = Program {
            runtime: "python".to_owned(),
            files: vec![SourceFile { path: "main.py".to_owned(), text: "pass".to_owned() }],
            entry: Entry::Script { path: "main.py".to_owned() },
            stdin: String::new(),
            limits: Limits::default(),
            seed: 7,
        };
        Door::new(&program, false, SECRET.to_owned()).expect("the entry exists")
    }

    fn report(secret: &str, json: &str) -> Vec<u8> {
        format!("r{secret}{json}").into_bytes()
    }

    #[test]
    fn the_program_is_given_once() {
        let mut door = door();
        assert!(door.answer(b"p").is_some_and(|program| program.starts_with(b"{")));
        assert_eq!(door.answer(b"p"), None);
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
        let mut program = Program {
            runtime: "python".to_owned(),
            files: Vec::new(),
            entry: Entry::Script { path: "main.py".to_owned() },
            stdin: String::new(),
            limits: Limits::default(),
            seed: 0,
        };
        assert!(Door::new(&program, false, SECRET.to_owned()).is_err());
        program.entry = Entry::Tests { solution: "s.py".to_owned(), tests: "t.py".to_owned() };
        assert!(Door::new(&program, false, SECRET.to_owned()).is_err());
    }
}
