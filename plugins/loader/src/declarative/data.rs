use std::collections::{HashMap, HashSet};
use std::io::{self, Read};

use assay_api::{DataFile, Task};
use flate2::read::MultiGzDecoder;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::scoring::ScoreTable;
use super::verbatim::read_row;
use super::{DataSource, Folder, LoadError, Manifest};
use crate::hex::hex;
use crate::score::Cases;

/// The longest data a suite may load, in bytes after decompression.
const MAX_BYTES: u64 = 4 << 30;

/// A suite's tasks, and the digests of data that its manifest does not pin.
pub(super) struct Loaded {
    pub(super) tasks: Vec<Task>,
    /// The test cases that were packed in the tasks.
    pub(super) cases: Cases,
    /// Path and SHA-256 in hexadecimal, in the manifest's order.
    pub(super) unpinned: Vec<(String, String)>,
}

/// Reads, checks and parses every data file of a suite, in the manifest's order.
pub(super) fn load_tasks(
    manifest: &Manifest,
    folder: &dyn Folder,
    source: &dyn DataSource,
) -> Result<Loaded, LoadError> {
    let mut rows = Rows { manifest, seen: HashMap::new(), tasks: Vec::new(), cases: Cases::default() };
    let mut unpinned = Vec::new();
    for file in manifest.data() {
        let raw = if manifest.embeds(&file.path) {
            folder.read(&file.path).map(std::borrow::Cow::into_owned)
        } else {
            source.read(file)
        };
        let content = read_data(&manifest.info().id, file, raw)?;
        if file.sha256.is_empty() {
            unpinned.push((file.path.clone(), hex(&Sha256::digest(&content))));
        }
        rows.add(file, &content)?;
    }
    let Rows { seen, mut tasks, cases, .. } = rows;
    let table = &manifest.tables.task;
    let named = table.only.iter().flatten().map(|id| ("only", id));
    let named = named.chain(table.unsupported.iter().flat_map(|of| &of.tasks).map(|id| ("unsupported", id)));
    for (key, id) in named {
        if !seen.contains_key(id) {
            return Err(LoadError::NoSuchTask { suite: manifest.info().id.clone(), key, task: id.clone() });
        }
    }
    if let Some(only) = &table.only {
        let only: HashSet<&str> = only.iter().map(String::as_str).collect();
        tasks.retain(|task| only.contains(task.id.as_str()));
    }
    Ok(Loaded { tasks, cases, unpinned })
}

/// Drops the tasks that are not between those that the manifest names.
pub(super) fn keep_between(manifest: &Manifest, tasks: &mut Vec<Task>) -> Result<(), LoadError> {
    let Some([first, last]) = &manifest.tables.task.between else { return Ok(()) };
    let none =
        |id: &String| LoadError::NoSuchTask { suite: manifest.info().id.clone(), key: "between", task: id.clone() };
    let start = tasks.iter().position(|task| task.id == *first).ok_or_else(|| none(first))?;
    let count = tasks[start..].iter().position(|task| task.id == *last).ok_or_else(|| none(last))? + 1;
    tasks.truncate(start + count);
    tasks.drain(..start);
    Ok(())
}

/// The content of the data file `file` of the suite `id`, of which `raw` was read.
pub(crate) fn read_data(id: &str, file: &DataFile, raw: io::Result<Vec<u8>>) -> Result<Vec<u8>, LoadError> {
    let unread = |source: io::Error| {
        let path = file.path.clone();
        match source.kind() {
            io::ErrorKind::NotFound if file.embedded => LoadError::Read { file: path, source },
            io::ErrorKind::NotFound => LoadError::DataMissing { suite: id.to_owned(), path },
            _ => LoadError::DataRead { path, source },
        }
    };
    decompress(file, raw.map_err(unread)?)
}

/// The content, checked against the manifest's digest where there is one.
fn decompress(file: &DataFile, raw: Vec<u8>) -> Result<Vec<u8>, LoadError> {
    let content = content_of(raw).map_err(|source| LoadError::DataRead { path: file.path.clone(), source })?;
    if content.len() as u64 > MAX_BYTES {
        return Err(LoadError::DataTooLarge { path: file.path.clone(), limit: MAX_BYTES });
    }
    if file.sha256.is_empty() {
        return Ok(content);
    }
    let found = hex(&Sha256::digest(&content));
    if found != file.sha256 {
        return Err(LoadError::Digest { path: file.path.clone(), expected: file.sha256.clone(), found });
    }
    Ok(content)
}

/// What a data file holds, decompressed if its first bytes are gzip's; at most one byte more than a suite may load.
fn content_of(raw: Vec<u8>) -> io::Result<Vec<u8>> {
    if !raw.starts_with(&[0x1f, 0x8b]) {
        return Ok(raw);
    }
    let mut content = Vec::new();
    MultiGzDecoder::new(raw.as_slice()).take(MAX_BYTES + 1).read_to_end(&mut content)?;
    Ok(content)
}

/// The digest that manifests pin for the data in `raw`: SHA-256 in hexadecimal of its content, decompressed.
///
/// # Errors
/// When it begins like gzip and is not.
pub fn content_sha256(raw: Vec<u8>) -> io::Result<String> {
    Ok(hex(&Sha256::digest(content_of(raw)?)))
}

struct Rows<'a> {
    manifest: &'a Manifest,
    /// Where each task was first seen.
    seen: HashMap<String, String>,
    tasks: Vec<Task>,
    cases: Cases,
}

impl Rows<'_> {
    /// Adds the tasks of JSON lines, or of one JSON array: no line of the former begins like the latter.
    fn add(&mut self, file: &DataFile, content: &[u8]) -> Result<(), LoadError> {
        if content.trim_ascii_start().starts_with(b"[") {
            return self.add_array(file, content);
        }
        for (index, bytes) in content.split(|b| *b == b'\n').enumerate() {
            if bytes.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let line = index + 1;
            let invalid = |message| LoadError::Row { path: file.path.clone(), line, message };
            let fields = self.fields(bytes).map_err(invalid)?;
            self.push(file, fields, format!("{}:{line}", file.path)).map_err(invalid)?;
        }
        Ok(())
    }

    fn fields(&self, row: &[u8]) -> Result<Map<String, Value>, String> {
        let verbatim = self.verbatim();
        if verbatim.is_empty() {
            return serde_json::from_slice(row).map_err(|error| json_message(&error));
        }
        read_row(str::from_utf8(row).map_err(|_| "not UTF-8")?, &verbatim)
    }

    fn verbatim(&self) -> Vec<&str> {
        self.manifest.tables.task.verbatim.iter().map(|field| field.as_ref().as_str()).collect()
    }

    fn add_array(&mut self, file: &DataFile, content: &[u8]) -> Result<(), LoadError> {
        let invalid = |line, message| LoadError::Row { path: file.path.clone(), line, message };
        if !self.verbatim().is_empty() {
            return Err(invalid(1, "`verbatim` fields are read from JSON lines, not from an array".into()));
        }
        let rows: Vec<Map<String, Value>> = serde_json::from_slice(content).map_err(|error| {
            let message = json_message(&error).replacen("a JSON object", "a JSON array of objects", 1);
            invalid(error.line(), message)
        })?;
        for (index, fields) in rows.into_iter().enumerate() {
            let element = format!("element {} of {}", index + 1, file.path);
            self.push(file, fields, element)
                .map_err(|message| invalid(1, format!("element {}: {message}", index + 1)))?;
        }
        Ok(())
    }

    fn push(&mut self, file: &DataFile, fields: Map<String, Value>, place: String) -> Result<(), String> {
        let mut task = self.task(file, fields)?;
        if let ScoreTable::StdinStdout { cases, .. } = self.manifest.tables.score.as_ref() {
            self.cases.take(&mut task, cases).map_err(|message| format!("task {:?}: {message}", task.id))?;
        }
        if let Some(first) = self.seen.insert(task.id.clone(), place) {
            return Err(format!("task {:?} is already at {first}", task.id));
        }
        self.tasks.push(task);
        Ok(())
    }

    fn task(&self, file: &DataFile, mut fields: Map<String, Value>) -> Result<Task, String> {
        let table = &self.manifest.tables.task;
        for (old, new) in &table.rename {
            if let Some(value) = fields.remove(old) {
                fields.insert(new.clone(), value);
            }
        }
        let mut task = Task { id: String::new(), subset: file.subset.clone(), fields };
        let names = table.id.names().map(|field| match task.at(field) {
            Some(Value::String(name)) if !name.is_empty() => Ok(name.clone()),
            // Some benchmarks number their tasks.
            Some(Value::Number(number)) => Ok(number.to_string()),
            Some(_) => Err(format!("field `{field}`, the task's id, is neither text nor a number")),
            None => Err(format!("field `{field}`, the task's id, is missing")),
        });
        let id = names.collect::<Result<Vec<_>, String>>()?.join("/");
        for name in table.required.iter().map(|field| field.as_ref()) {
            if task.fields.get(name).is_none_or(Value::is_null) {
                return Err(format!("task {id:?}: field `{name}` is missing"));
            }
        }
        for name in self.manifest.text_fields() {
            if !task.fields.get(name).is_some_and(Value::is_string) {
                return Err(format!("task {id:?}: field `{name}`, which extraction needs, is missing or not text"));
            }
        }
        task.id = id;
        Ok(task)
    }
}

/// `serde_json` counts lines within the row, so only the column says something; and it may quote the row.
fn json_message(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let message: String = message.split(" at line ").next().unwrap_or_default().chars().take(200).collect();
    format!("not a JSON object: {message} at column {}", error.column())
}
