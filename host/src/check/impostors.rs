use assay_api::{Entry, Limits, Outcome, Program, SourceFile};
use serde::Deserialize;

use super::javascript;

/// Makes the impostors of a Python answer.
const PYTHON: &str = include_str!("impostors.py");
const SCRIPT: &str = "impostors.py";

/// Room for all impostors of a long answer.
const CAPTURE_BYTES: u64 = 64 << 20;

/// Answers that are no right ones, made from a right one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub(super) struct Impostors {
    /// The answer with functions that return nothing; absent where it has no function.
    pub(super) stub: Option<String>,
    /// The answer with one change each.
    pub(super) mutants: Vec<Mutant>,
}

/// An answer with one change.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "(String, String)")]
pub(super) struct Mutant {
    /// For humans.
    pub(super) change: String,
    pub(super) code: String,
}

impl From<(String, String)> for Mutant {
    fn from((change, code): (String, String)) -> Self {
        Mutant { change, code }
    }
}

/// How the impostors of an answer are had.
pub(super) enum Source {
    /// From what this program prints.
    Program(Box<Program>),
    Made(Impostors),
}

/// The impostors of `answer`, which runs on `runtime`, at most `most` mutants among them.
pub(super) fn impostors(answer: &str, runtime: &str, most: usize) -> Source {
    match runtime {
        "javascript" => Source::Made(javascript::impostors(answer, most)),
        _ => Source::Program(Box::new(python(answer, runtime, most))),
    }
}

fn python(answer: &str, runtime: &str, most: usize) -> Program {
    let file = |path: &str, text: &str| SourceFile { path: path.to_owned(), text: text.to_owned() };
    Program {
        runtime: runtime.to_owned(),
        files: vec![file(SCRIPT, PYTHON), file("answer.py", answer)],
        entry: Entry::script(SCRIPT),
        stdin: format!("{most}\n"),
        limits: Limits { capture_bytes: CAPTURE_BYTES, ..Limits::default() },
        seed: 0,
    }
}

impl Impostors {
    /// What the program printed; none where the answer does not parse.
    pub(super) fn printed(outcome: &Outcome) -> Self {
        serde_json::from_slice(&outcome.stdout.bytes).unwrap_or_default()
    }
}

/// `most` of `all` places, spread evenly.
pub(super) fn spread(all: usize, most: usize) -> impl Iterator<Item = usize> {
    let chosen = all.min(most);
    (0..chosen).map(move |nth| nth * all / chosen)
}
