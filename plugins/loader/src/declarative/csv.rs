//! Rows of CSV as RFC 4180 has it: the first row names the fields, and every value is a text.

use std::collections::HashSet;
use std::iter;

use assay_api::DataFile;
use csv::{Error, ErrorKind, StringRecord};
use serde_json::{Map, Value};

use super::LoadError;
use super::row::{Row, Rows};

pub(super) fn read<'a>(file: &'a DataFile, content: &'a [u8]) -> Rows<'a> {
    let mut reader = csv::Reader::from_reader(content);
    let names = match reader.headers().map_err(|error| invalid(file, &error)).and_then(|names| checked(file, names)) {
        Ok(names) => names,
        Err(error) => return Box::new(iter::once(Err(error))),
    };
    Box::new(reader.into_records().map(move |record| {
        let record = record.map_err(|error| invalid(file, &error))?;
        let line = record.position().map_or(0, csv::Position::line);
        let values = record.iter().map(Value::from);
        Ok(row(line, names.iter().map(str::to_owned).zip(values).collect()))
    }))
}

/// The names of fields, none of which is there twice.
fn checked(file: &DataFile, names: &StringRecord) -> Result<StringRecord, LoadError> {
    let mut seen = HashSet::new();
    match names.iter().find(|name| !seen.insert(*name)) {
        Some(name) => Err(row(1, Map::new()).invalid(file, &format!("two columns are called {name:?}"))),
        None => Ok(names.clone()),
    }
}

fn row(line: u64, fields: Map<String, Value>) -> Row {
    Row { line: usize::try_from(line).unwrap_or(usize::MAX), element: None, fields }
}

fn invalid(file: &DataFile, error: &Error) -> LoadError {
    let line = error.position().map_or(1, csv::Position::line);
    let message = match error.kind() {
        ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("the row has {len} fields, where the first row names {expected_len}")
        }
        ErrorKind::Utf8 { .. } => "not UTF-8".to_owned(),
        _ => format!("not CSV: {error}"),
    };
    row(line, Map::new()).invalid(file, &message)
}
