use std::fmt::Write as _;

use assay_api::SourceFile;

use super::Oracle;
use crate::score::python::literal;

/// The judge's main program.
pub const JUDGE: &str = "judge.py";

const JUDGE_TEXT: &str = include_str!("python/judge.py");
const CASES_TEXT: &str = include_str!("python/cases.py");
/// What the candidate of any judge may use: see server.py.
const SERVER: &str = include_str!("python/server.py");

/// What a judge asks a solution in Python, and what it expects.
#[derive(Debug, Clone, PartialEq)]
pub struct Questions {
    /// The task: rules for single tasks go by it.
    pub task_id: String,
    /// The suite's variant, or nothing.
    pub variant: String,
    /// The function that is called.
    pub function: String,
    /// How its results are compared.
    pub oracle: Oracle,
    /// Code that defines the function as it should be, for expected values that the data does not have.
    pub gold: Option<String>,
    /// By how much a number may differ.
    pub absolute: f64,
    /// By what part of the expected number it may differ.
    pub relative: f64,
    /// In the order in which they run; the first one that is failed ends it.
    pub tests: Vec<ValueTests>,
}

/// Inputs with what is expected for them, under one name.
#[derive(Debug, Clone, PartialEq)]
pub struct ValueTests {
    /// The test's name on record.
    pub name: String,
    /// JSON as Python reads it: an array of arrays of arguments, unless the oracle says otherwise.
    pub inputs: String,
    /// JSON as Python reads it: an array of the expected values; `None` where the gold answer computes them.
    pub expected: Option<String>,
}

impl Questions {
    /// The files in the judge's directory; [`JUDGE`] is its main program.
    ///
    /// What does not depend on the sample is in modules that the judge imports, so that a task's samples share it.
    #[must_use]
    pub fn files(&self) -> Vec<SourceFile> {
        let ours =
            [(JUDGE, JUDGE_TEXT), ("cases.py", CASES_TEXT)].into_iter().chain(self.oracle.modules().iter().copied());
        let ours = ours.map(|(path, text)| SourceFile { path: path.to_owned(), text: text.to_owned() });
        ours.chain([SourceFile { path: "task.py".into(), text: self.task() }]).collect()
    }

    fn task(&self) -> String {
        let mut text = String::from("\"\"\"The task that is judged.\"\"\"\n\n");
        let constants = [
            ("ID", literal(&self.task_id)),
            ("VARIANT", literal(&self.variant)),
            ("FUNCTION", literal(&self.function)),
            ("GOLD", optional(self.gold.as_deref())),
            ("ABSOLUTE", self.absolute.to_string()),
            ("RELATIVE", self.relative.to_string()),
        ];
        let tests = self.tests.iter().fold(String::new(), |mut tests, test| {
            let expected = optional(test.expected.as_deref());
            let _ = writeln!(tests, "    ({}, {}, {expected}),", literal(&test.name), literal(&test.inputs));
            tests
        });
        for (name, value) in constants {
            let _ = writeln!(text, "{name} = {value}");
        }
        text + "TESTS = [\n" + &tests + "]\n"
    }
}

/// The candidate's main program, which answers a judge's calls of functions in the solution at `path`.
#[must_use]
pub fn server(path: &str) -> SourceFile {
    SourceFile { path: "server.py".into(), text: serving("", path) }
}

/// A candidate's main program that serves the solution at `path`: the server, and `more` that puts something in its place.
///
/// All of it is one file, which is compiled once for many samples.
pub(in crate::score) fn serving(more: &str, path: &str) -> String {
    format!("{SERVER}{more}\n\nserve({})\n", literal(path))
}

fn optional(text: Option<&str>) -> String {
    text.map_or_else(|| "None".into(), literal)
}
