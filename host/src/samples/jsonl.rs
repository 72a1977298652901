use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use assay_api::{Completion, CompletionKind};
use flate2::bufread::MultiGzDecoder;
use serde_json::{Map, Value};

use super::lines::Lines;
use super::task_ids::TaskIds;
use super::{Sample, SamplesError, SamplesErrorKind};

/// Reads a JSONL file, gzipped or not.
pub(super) fn read(path: &Path, task_ids: &TaskIds<'_>) -> Result<Vec<Sample>, SamplesError> {
    let source = open(path).map_err(|error| SamplesErrorKind::from(error).at(path, None))?;
    let mut lines = Lines::new(source);
    let mut samples = Vec::new();
    let mut indices = Indices::default();
    let mut line = Vec::new();
    while let Some(number) = lines.next(&mut line).map_err(|(number, kind)| kind.at(path, number))? {
        let text = if number == 1 { line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line) } else { &line };
        if text.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let row = Row::parse(text).and_then(|row| task_ids.check(&row.task_id).map(|()| row));
        let sample = row.and_then(|row| indices.number(row, number)).map_err(|kind| kind.at(path, number))?;
        samples.push(sample);
    }
    Ok(samples)
}

fn open(path: &Path) -> io::Result<Box<dyn BufRead>> {
    let mut file = BufReader::new(File::open(path)?);
    if file.fill_buf()?.starts_with(&[0x1f, 0x8b]) {
        return Ok(Box::new(BufReader::new(MultiGzDecoder::new(file))));
    }
    Ok(Box::new(file))
}

struct Row {
    task_id: String,
    index: Option<u64>,
    completion: Completion,
}

impl Row {
    fn parse(line: &[u8]) -> Result<Row, SamplesErrorKind> {
        let text = std::str::from_utf8(line).map_err(|_| SamplesErrorKind::NotUtf8)?;
        let mut fields: Map<String, Value> = serde_json::from_str(text).map_err(|error| json_error(&error))?;
        let task_id = match fields.remove("task_id") {
            Some(Value::String(id)) => id,
            // Some benchmarks number their tasks.
            Some(Value::Number(number)) => number.to_string(),
            Some(_) => return Err(SamplesErrorKind::Type { key: "task_id", expected: "text" }),
            None => return Err(SamplesErrorKind::Missing { keys: "`task_id`" }),
        };
        Ok(Row { task_id, index: index(&fields)?, completion: completion(&mut fields)? })
    }
}

fn completion(fields: &mut Map<String, Value>) -> Result<Completion, SamplesErrorKind> {
    let kinds = [("solution", CompletionKind::Program), ("completion", CompletionKind::Verbatim)];
    for (key, kind) in kinds {
        match fields.remove(key) {
            Some(Value::String(text)) => return Ok(Completion { text, kind }),
            Some(Value::Null) | None => {}
            Some(_) => return Err(SamplesErrorKind::Type { key, expected: "text" }),
        }
    }
    Err(SamplesErrorKind::Missing { keys: "`completion` or `solution`" })
}

/// `sample_index`. EvalPlus's `_identifier` is not one: it counts the lines of whatever file it was read from.
fn index(fields: &Map<String, Value>) -> Result<Option<u64>, SamplesErrorKind> {
    match fields.get("sample_index") {
        Some(Value::Null) | None => Ok(None),
        Some(value) => match value.as_u64() {
            Some(index) => Ok(Some(index)),
            None => Err(SamplesErrorKind::Type { key: "sample_index", expected: "a whole number from 0" }),
        },
    }
}

/// `serde_json` counts lines within the row, so only the column says something; and it may quote the row.
fn json_error(error: &serde_json::Error) -> SamplesErrorKind {
    let message = error.to_string();
    let message: String = message.split(" at line ").next().unwrap_or_default().chars().take(200).collect();
    SamplesErrorKind::Json { message: format!("{message} at column {}", error.column()) }
}

/// Which samples there are already: the line of each, by task and index.
#[derive(Default)]
struct Indices {
    tasks: HashMap<String, Taken>,
}

#[derive(Default)]
struct Taken {
    lines: HashMap<u64, usize>,
    /// No smaller index is free.
    next: u64,
}

impl Indices {
    /// Numbers a row that doesn't say which sample it is by the first index that is free.
    fn number(&mut self, row: Row, line: usize) -> Result<Sample, SamplesErrorKind> {
        let taken = self.tasks.entry(row.task_id.clone()).or_default();
        while taken.lines.contains_key(&taken.next) {
            taken.next += 1;
        }
        let index = row.index.unwrap_or(taken.next);
        if let Some(first) = taken.lines.insert(index, line) {
            return Err(SamplesErrorKind::Duplicate { task_id: row.task_id, index, first });
        }
        Ok(Sample { task_id: row.task_id, index, completion: row.completion, line })
    }
}
