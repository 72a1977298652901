//! Samples files.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::model::Suite;

/// JSON lines.
pub(crate) fn jsonl(rows: impl IntoIterator<Item = Value>) -> String {
    rows.into_iter().map(|row| format!("{row}\n")).collect()
}

/// A row of human-eval.
pub(crate) fn completion(task_id: &str, completion: &str) -> Value {
    json!({"task_id": task_id, "completion": completion})
}

/// A row of EvalPlus.
pub(crate) fn solution(task_id: &str, solution: &str) -> Value {
    json!({"task_id": task_id, "solution": solution})
}

/// The authors' own answer to every task, in human-eval's form.
pub(crate) fn golden(suite: &Suite) -> String {
    let row = |id: &str| completion(id, suite.field(id, "canonical_solution"));
    jsonl(suite.tasks().into_iter().map(|task| row(&task.id)))
}

/// Two samples of each of the first six tasks: the authors' own answer, and one that is wrong.
pub(crate) fn six_right_six_wrong(suite: &Suite) -> String {
    let rows = suite.tasks().into_iter().take(6).flat_map(|task| {
        let right = suite.field(&task.id, "canonical_solution");
        [right, "    print('no')\n"].map(|text| completion(&task.id, text))
    });
    jsonl(rows)
}

/// The same completion of every task.
pub(crate) fn uniform(suite: &Suite, text: &str) -> String {
    jsonl(suite.tasks().into_iter().map(|task| completion(&task.id, text)))
}

pub(crate) fn gzipped(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}
