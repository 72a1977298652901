//! Turns a program's files into what its interpreter reads, where they are written in another language.

use std::borrow::Cow;

use assay_api::{Captured, Entry, Exception, Outcome, Program, SourceFile, Status};

/// How an interpreter's programs are translated.
pub(crate) struct Translator {
    /// Names the translator and its version: part of the runtime's digest.
    pub(crate) version: &'static str,
    /// Whether a file of this path is translated.
    pub(crate) handles: fn(path: &str) -> bool,
    /// The translation of a file's text: a function of path and text alone, which never panics.
    pub(crate) translate: fn(path: &str, text: &str) -> Result<String, Refusal>,
    /// What translating a byte costs: about the fuel that the guest would burn in the time that it takes.
    pub(crate) fuel_per_byte: u64,
}

/// Why a file cannot be translated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It is not valid.
    Syntax {
        /// What is wrong.
        message: String,
        /// Where, from 1, if it is a place.
        line: Option<u32>,
    },
    /// It is written in something that is not supported.
    Unsupported {
        /// In what.
        what: &'static str,
    },
    /// We failed.
    Infra {
        /// How.
        why: String,
    },
}

/// Files after translation.
struct Files<'a> {
    files: Cow<'a, [SourceFile]>,
    /// What that cost, the files that could not be translated included.
    fuel: u64,
    /// How the first file that could not be translated ends who brought it.
    refused: Option<Status>,
}

/// A program whose files its interpreter can read.
pub(crate) struct Translated<'a> {
    pub(crate) program: Cow<'a, Program>,
    /// What translating cost the program itself: of two instances, the judge's.
    pub(crate) program_side: Toll,
    /// What it cost the candidate.
    pub(crate) candidate_side: Toll,
}

/// What translating did to one instance.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Toll {
    /// Fuel that was used.
    pub(crate) fuel: u64,
    /// How it ended before it started, if it did.
    pub(crate) ended: Option<Status>,
}

impl Translator {
    /// `program` with all its files translated, and with that much less fuel.
    pub(crate) fn program<'a>(&self, program: &'a Program) -> Translated<'a> {
        let own = self.files(&program.files);
        let program_side = toll(&own, program.limits.fuel);
        let mut translated = Cow::Borrowed(program);
        if let Cow::Owned(files) = own.files {
            let program = translated.to_mut();
            program.files = files;
            program.limits.fuel -= program_side.fuel;
        }
        let mut candidate_side = Toll::default();
        if let Entry::Judged { candidate, .. } = &program.entry {
            let own = self.files(&candidate.files);
            candidate_side = toll(&own, candidate.limits.fuel);
            if let Cow::Owned(files) = own.files
                && let Entry::Judged { candidate, .. } = &mut translated.to_mut().entry
            {
                candidate.files = files;
                candidate.limits.fuel -= candidate_side.fuel;
            }
        }
        Translated { program: translated, program_side, candidate_side }
    }

    fn files<'a>(&self, files: &'a [SourceFile]) -> Files<'a> {
        if !files.iter().any(|file| (self.handles)(&file.path)) {
            return Files { files: Cow::Borrowed(files), fuel: 0, refused: None };
        }
        let (mut fuel, mut refused) = (0, None);
        let mut translated = Vec::with_capacity(files.len());
        for file in files {
            if refused.is_some() || !(self.handles)(&file.path) {
                translated.push(file.clone());
                continue;
            }
            fuel += self.fuel_per_byte * (file.text.len() as u64 + 1);
            match (self.translate)(&file.path, &file.text) {
                Ok(text) => translated.push(SourceFile { path: file.path.clone(), text }),
                Err(refusal) => {
                    refused = Some(refusal.status(&file.path));
                    translated.push(file.clone());
                }
            }
        }
        Files { files: Cow::Owned(translated), fuel, refused }
    }
}

/// What `files` cost an instance that has `fuel`.
fn toll(files: &Files<'_>, fuel: u64) -> Toll {
    if files.fuel > fuel {
        Toll { fuel, ended: Some(Status::OutOfFuel) }
    } else {
        Toll { fuel: files.fuel, ended: files.refused.clone() }
    }
}

impl Toll {
    /// The outcome of an instance that translating ended.
    pub(crate) fn outcome(self) -> Option<Outcome> {
        Some(Outcome {
            status: self.ended?,
            fuel: self.fuel,
            peak_memory_bytes: 0,
            stdout: Captured::default(),
            stderr: Captured::default(),
            record: None,
            coverage: None,
            candidate: None,
            seed_used: false,
        })
    }
}

impl Refusal {
    fn status(self, path: &str) -> Status {
        match self {
            Refusal::Syntax { message, line } => Status::Exception {
                exception: Exception {
                    type_name: "SyntaxError".to_owned(),
                    message,
                    file: Some(path.to_owned()),
                    line,
                },
            },
            Refusal::Unsupported { what } => Status::Unsupported { what: what.to_owned() },
            Refusal::Infra { why } => Status::Infra { why },
        }
    }
}

#[cfg(test)]
mod tests {
    use assay_api::{Candidate, Limits};

    use super::*;

    /// Reverses texts, but for those that start with `!`.
    const REVERSING: Translator = Translator {
        version: "reversing 1",
        handles: |path| path.ends_with(".rev"),
        translate: |_, text| match text.starts_with('!') {
            true => Err(Refusal::Syntax { message: "no".to_owned(), line: Some(1) }),
            false => Ok(text.chars().rev().collect()),
        },
        fuel_per_byte: 10,
    };

    fn program(files: &[(&str, &str)], fuel: u64) -> Program {
        let files = files.iter().map(|(path, text)| SourceFile { path: (*path).into(), text: (*text).into() });
        Program {
            runtime: "any".into(),
            files: files.collect(),
            entry: Entry::script("main.rev"),
            stdin: String::new(),
            limits: Limits { fuel, ..Limits::default() },
            seed: 0,
        }
    }

    #[test]
    fn files_are_translated_and_paid_for() {
        let program = program(&[("main.rev", "abc"), ("data.txt", "abc")], 1000);
        let translated = REVERSING.program(&program);
        assert_eq!(translated.program.file("main.rev"), Some("cba"));
        assert_eq!(translated.program.file("data.txt"), Some("abc"));
        assert_eq!(translated.program_side, Toll { fuel: 40, ended: None });
        assert_eq!(translated.program.limits.fuel, 960);
    }

    #[test]
    fn a_program_without_such_files_stays_as_it_is() {
        let program = program(&[("main.txt", "abc")], 1000);
        let translated = REVERSING.program(&program);
        assert!(matches!(translated.program, Cow::Borrowed(_)));
        assert_eq!(translated.program_side, Toll::default());
    }

    #[test]
    fn a_file_that_cannot_be_translated_is_the_outcome_and_costs_fuel() {
        let translated = REVERSING.program(&program(&[("main.rev", "!"), ("b.rev", "x")], 1000)).program_side;
        let outcome = translated.outcome().unwrap();
        assert_eq!(outcome.fuel, 20);
        let exception = Exception {
            type_name: "SyntaxError".into(),
            message: "no".into(),
            file: Some("main.rev".into()),
            line: Some(1),
        };
        assert_eq!(outcome.status, Status::Exception { exception });
    }

    #[test]
    fn fuel_bounds_translating_too() {
        let toll = REVERSING.program(&program(&[("main.rev", "abc")], 39)).program_side;
        assert_eq!(toll, Toll { fuel: 39, ended: Some(Status::OutOfFuel) });
    }

    #[test]
    fn judge_and_candidate_each_pay_for_their_own_files() {
        let mut program = program(&[("judge.rev", "ab")], 1000);
        let limits = Limits { fuel: 100, ..Limits::default() };
        let files = vec![SourceFile { path: "c.rev".into(), text: "!".into() }];
        let candidate = Candidate { files, path: "c.rev".into(), functions: false, stdin: String::new(), limits };
        program.entry = Entry::Judged { judge: "judge.rev".into(), candidate: Box::new(candidate) };
        let translated = REVERSING.program(&program);
        assert_eq!(translated.program_side, Toll { fuel: 30, ended: None });
        assert_eq!(translated.candidate_side.fuel, 20);
        assert!(matches!(translated.candidate_side.ended, Some(Status::Exception { .. })));
    }
}
