use std::collections::BTreeSet;

use assay_api::Outcome;
use serde::Serialize;
use serde_json::Value;

use crate::store::{SampleKey, StoredExecution};

/// How much of a value is shown, in characters.
const SHOWN: usize = 120;

/// How much of what two texts have in common is shown before they differ, in characters.
const BEFORE: usize = 20;

/// Something in a run file that is not so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Where; absent when it is about the run as a whole.
    #[serde(flatten)]
    pub sample: Option<Sample>,
    /// What differs: a field of the outcome's JSON such as `fuel` or `record.tests.0.passed`, the outcome's `digest`,
    /// the `program` that the sample names, or the run's `results_digest`.
    pub field: String,
    /// What the run file says, as JSON; of a long value the part that differs.
    pub recorded: String,
    /// What is so.
    pub found: String,
}

/// Which program of which sample.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Sample {
    /// The suite's name.
    pub suite: String,
    /// The task as its authors spell it.
    pub task_id: String,
    /// From 0.
    pub sample_index: u32,
    /// The program's place among the sample's, from 0.
    pub position: u32,
}

impl Sample {
    pub(super) fn new(key: &SampleKey, position: u32) -> Self {
        Sample { suite: key.suite.clone(), task_id: key.task_id.clone(), sample_index: key.sample_index, position }
    }
}

/// A field of two outcomes in which they differ.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) recorded: String,
    pub(super) found: String,
}

impl Field {
    pub(super) fn new(name: &str, recorded: Option<&Value>, found: Option<&Value>) -> Self {
        let (recorded, found) = excerpts(&text(recorded), &text(found));
        Field { name: name.to_owned(), recorded, found }
    }

    pub(super) fn of(self, sample: Option<Sample>) -> Difference {
        Difference { sample, field: self.name, recorded: self.recorded, found: self.found }
    }
}

/// In what the recorded outcome is not the one that was found: in its JSON, in the columns beside that, in its name.
pub(super) fn fields(recorded: &Outcome, row: &StoredExecution, found: &Outcome, found_digest: &str) -> Vec<Field> {
    let json = |outcome| serde_json::to_value(outcome).unwrap_or_default();
    let mut fields = Vec::new();
    compare("", Some(&json(recorded)), Some(&json(found)), &mut fields);
    let fits = |number: u64| number.min(i64::MAX.unsigned_abs()); // as much as a column holds
    let columns: [(&str, Value, Value); 3] = [
        ("outcome", row.status.as_str().into(), found.status.name().into()),
        ("fuel", row.fuel.into(), fits(found.fuel).into()),
        ("peak_memory_bytes", row.peak_memory_bytes.into(), fits(found.peak_memory_bytes).into()),
    ];
    for (name, recorded, found) in columns {
        if recorded != found && fields.iter().all(|field| field.name != name) {
            fields.push(Field::new(name, Some(&recorded), Some(&found)));
        }
    }
    if fields.is_empty() && row.outcome != found_digest {
        fields.push(Field::new("digest", Some(&row.outcome.as_str().into()), Some(&found_digest.into())));
    }
    fields
}

fn compare(path: &str, recorded: Option<&Value>, found: Option<&Value>, fields: &mut Vec<Field>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match (recorded, found) {
        (Some(Value::Object(recorded)), Some(Value::Object(found))) => {
            let names: BTreeSet<&String> = recorded.keys().chain(found.keys()).collect();
            for name in names {
                compare(&below(name), recorded.get(name), found.get(name), fields);
            }
        }
        (Some(Value::Array(recorded)), Some(Value::Array(found))) => {
            for index in 0..recorded.len().max(found.len()) {
                compare(&below(&index.to_string()), recorded.get(index), found.get(index), fields);
            }
        }
        _ if recorded == found => {}
        _ => fields.push(Field::new(path, recorded, found)),
    }
}

fn text(value: Option<&Value>) -> String {
    value.map_or_else(|| "absent".to_owned(), Value::to_string)
}

/// The parts of two texts around the place where they begin to differ.
fn excerpts(a: &str, b: &str) -> (String, String) {
    let common = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let longest = a.chars().count().max(b.chars().count());
    let skipped = if longest <= SHOWN { 0 } else { common.saturating_sub(BEFORE) };
    let excerpt = |text: &str| {
        let mut part: String = text.chars().skip(skipped).take(SHOWN).collect();
        if skipped > 0 {
            part.insert(0, '…');
        }
        if text.chars().count() > skipped + SHOWN {
            part.push('…');
        }
        part
    };
    (excerpt(a), excerpt(b))
}

#[cfg(test)]
mod tests {
    use assay_api::{Captured, Record, Status, TestResult};

    use super::*;

    fn outcome() -> Outcome {
        let test = TestResult { name: "t".into(), passed: true, skipped: false, exception: None };
        Outcome {
            status: Status::Completed { exit_code: 0 },
            fuel: 7,
            peak_memory_bytes: 9,
            stdout: Captured { bytes: b"out".to_vec(), truncated: false },
            stderr: Captured::default(),
            record: Some(Record { tests: vec![test] }),
            coverage: None,
            candidate: None,
            seed_used: true,
        }
    }

    fn row(outcome: &Outcome) -> StoredExecution {
        StoredExecution {
            turn: 0,
            program: "p".into(),
            runtime: "r".into(),
            outcome: "d".into(),
            status: outcome.status.name().into(),
            fuel: outcome.fuel,
            peak_memory_bytes: outcome.peak_memory_bytes,
        }
    }

    fn names(recorded: &Outcome, found: &Outcome) -> Vec<String> {
        fields(recorded, &row(recorded), found, "d").into_iter().map(|field| field.name).collect()
    }

    #[test]
    fn equal_outcomes_differ_in_nothing() {
        assert_eq!(names(&outcome(), &outcome()), [""; 0]);
    }

    #[test]
    fn every_field_that_differs_is_named_once() {
        let mut found = outcome();
        found.fuel = 8;
        found.stdout.bytes.push(0xff);
        found.record.as_mut().unwrap().tests[0].passed = false;
        assert_eq!(names(&outcome(), &found), ["fuel", "record.tests.0.passed", "stdout.bytes"]);
        let ended = Outcome { status: Status::OutOfFuel, record: None, ..outcome() };
        assert_eq!(names(&outcome(), &ended), ["exit_code", "outcome", "record"]);
    }

    #[test]
    fn columns_and_name_must_fit_the_outcome_too() {
        let lying = StoredExecution { fuel: 6, ..row(&outcome()) };
        let differing = fields(&outcome(), &lying, &outcome(), "d");
        assert_eq!(differing, [Field { name: "fuel".into(), recorded: "6".into(), found: "7".into() }]);
        assert_eq!(fields(&outcome(), &row(&outcome()), &outcome(), "e")[0].name, "digest");
    }

    #[test]
    fn of_long_texts_the_place_where_they_differ_is_shown() {
        let (a, b) = excerpts(&format!("{}A{}", "x".repeat(500), "y".repeat(500)), &format!("{}B", "x".repeat(500)));
        assert_eq!(b, format!("…{}B", "x".repeat(20)));
        assert!(a.starts_with(&format!("…{}Ay", "x".repeat(20))) && a.ends_with('…'));
        assert_eq!(excerpts("é1", "é2"), ("é1".into(), "é2".into()));
    }
}
