//! The objects in a data file.

use std::iter;

use assay_api::DataFile;
use serde_json::{Map, Value};

use super::verbatim::read_row;
use super::{LoadError, Manifest, csv};

/// An object in a data file.
pub(super) struct Row {
    /// From 1, in the decompressed content; 1 for all of an array.
    pub(super) line: usize,
    /// Which element of an array it is.
    pub(super) element: Option<usize>,
    pub(super) fields: Map<String, Value>,
}

impl Row {
    /// Where it is, for humans.
    pub(super) fn place(&self, path: &str) -> String {
        match self.element {
            Some(element) => format!("element {element} of {path}"),
            None => format!("{path}:{}", self.line),
        }
    }

    /// What is wrong with it.
    pub(super) fn invalid(&self, file: &DataFile, message: &str) -> LoadError {
        let message = match self.element {
            Some(element) => format!("element {element}: {message}"),
            None => message.to_owned(),
        };
        LoadError::Row { path: file.path.clone(), line: self.line, message }
    }
}

/// What a function below reads.
pub(super) type Rows<'a> = Box<dyn Iterator<Item = Result<Row, LoadError>> + 'a>;

/// Reads the rows of a data file, one after the other: of CSV, by the file's name; of one JSON array, which begins as no
/// line does; or else of JSON lines.
pub(super) fn read<'a>(manifest: &'a Manifest, file: &'a DataFile, content: &'a [u8]) -> Rows<'a> {
    let verbatim: Vec<&str> = manifest.tables.task.verbatim.iter().map(|field| field.as_ref().as_str()).collect();
    let is_csv = [".csv", ".csv.gz"].iter().any(|ending| file.path.ends_with(ending));
    let is_array = content.trim_ascii_start().starts_with(b"[");
    if !verbatim.is_empty() && (is_csv || is_array) {
        let row = Row { line: 1, element: None, fields: Map::new() };
        return Box::new(iter::once(Err(row.invalid(file, "`verbatim` fields are read from JSON lines only"))));
    }
    if is_csv {
        csv::read(file, content)
    } else if is_array {
        read_array(file, content)
    } else {
        read_lines(file, content, verbatim)
    }
}

fn read_lines<'a>(file: &'a DataFile, content: &'a [u8], verbatim: Vec<&'a str>) -> Rows<'a> {
    let lines = content.split(|b| *b == b'\n').enumerate();
    let lines = lines.filter(|(_, bytes)| !bytes.iter().all(u8::is_ascii_whitespace));
    Box::new(lines.map(move |(index, bytes)| {
        let row = |fields| Row { line: index + 1, element: None, fields };
        fields(bytes, &verbatim).map(row).map_err(|message| row(Map::new()).invalid(file, &message))
    }))
}

fn fields(row: &[u8], verbatim: &[&str]) -> Result<Map<String, Value>, String> {
    if verbatim.is_empty() {
        return serde_json::from_slice(row).map_err(|error| json_message(&error));
    }
    read_row(str::from_utf8(row).map_err(|_| "not UTF-8")?, verbatim)
}

fn read_array<'a>(file: &DataFile, content: &[u8]) -> Rows<'a> {
    let rows: Vec<Map<String, Value>> = match serde_json::from_slice(content) {
        Ok(rows) => rows,
        Err(error) => {
            let row = Row { line: error.line(), element: None, fields: Map::new() };
            let message = json_message(&error).replacen("a JSON object", "a JSON array of objects", 1);
            return Box::new(iter::once(Err(row.invalid(file, &message))));
        }
    };
    let row = |(index, fields)| Ok(Row { line: 1, element: Some(index + 1), fields });
    Box::new(rows.into_iter().enumerate().map(row))
}

/// `serde_json` counts lines within the row, so only the column says something; and it may quote the row.
fn json_message(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let message: String = message.split(" at line ").next().unwrap_or_default().chars().take(200).collect();
    format!("not a JSON object: {message} at column {}", error.column())
}
