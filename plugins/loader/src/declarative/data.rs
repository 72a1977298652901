use std::collections::{HashMap, HashSet};
use std::io::{self, Read};

use assay_api::{DataFile, Task};
use flate2::read::MultiGzDecoder;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::row::{Row, read};
use super::scoring::ScoreTable;
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
    let mut unpinned = Vec::new();
    let mut content_of_file = |file: &DataFile| {
        let raw = if manifest.embeds(&file.path) {
            folder.read(&file.path).map(std::borrow::Cow::into_owned)
        } else {
            source.read(file)
        };
        let content = read_data(&manifest.info().id, file, raw)?;
        if file.sha256.is_empty() {
            unpinned.push((file.path.clone(), hex(&Sha256::digest(&content))));
        }
        Ok(content)
    };
    let mut rows =
        Rows { manifest, joined: Vec::new(), seen: HashMap::new(), tasks: Vec::new(), cases: Cases::default() };
    let (joined, files): (Vec<&DataFile>, Vec<&DataFile>) =
        manifest.data().partition(|file| manifest.joins(&file.path));
    for file in joined {
        rows.join(file, &content_of_file(file)?)?;
    }
    for file in files {
        rows.add(file, &content_of_file(file)?)?;
    }
    rows.all_are_joined()?;
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
    joined: Vec<Joined>,
    /// Where each task was first seen.
    seen: HashMap<String, String>,
    tasks: Vec<Task>,
    cases: Cases,
}

/// A file with further fields of tasks.
struct Joined {
    path: String,
    /// By task, those that no task had yet.
    rows: HashMap<String, Row>,
}

impl Rows<'_> {
    fn add(&mut self, file: &DataFile, content: &[u8]) -> Result<(), LoadError> {
        for row in read(self.manifest, file, content) {
            let mut row = row?;
            let fields = std::mem::take(&mut row.fields);
            self.push(file, fields, row.place(&file.path)).map_err(|message| row.invalid(file, &message))?;
        }
        Ok(())
    }

    /// Keeps the rows of a file that has no tasks of its own until their tasks are read.
    fn join(&mut self, file: &DataFile, content: &[u8]) -> Result<(), LoadError> {
        let mut joined = Joined { path: file.path.clone(), rows: HashMap::new() };
        for row in read(self.manifest, file, content) {
            let mut row = row?;
            let mut fields = std::mem::take(&mut row.fields);
            self.rename(&mut fields);
            let (id, fields) = self.id(fields).map_err(|message| row.invalid(file, &message))?;
            if let Some(first) = joined.rows.get(&id) {
                let message = format!("task {id:?} is already at {}", first.place(&file.path));
                return Err(row.invalid(file, &message));
            }
            row.fields = fields;
            joined.rows.insert(id, row);
        }
        self.joined.push(joined);
        Ok(())
    }

    /// Adds what other files have of the task `id`.
    fn add_joined(&mut self, id: &str, fields: &mut Map<String, Value>) -> Result<(), String> {
        for Joined { path, rows } in &mut self.joined {
            let row = rows.remove(id).ok_or_else(|| format!("task {id:?} is not in {path}"))?;
            for (name, value) in row.fields {
                if fields.get(&name).is_some_and(|known| *known != value) {
                    return Err(format!("task {id:?}: field `{name}` is another in {path}"));
                }
                fields.insert(name, value);
            }
        }
        Ok(())
    }

    /// Whether there was a task for every row of the files that have none of their own.
    fn all_are_joined(&self) -> Result<(), LoadError> {
        let left =
            self.joined.iter().flat_map(|joined| joined.rows.iter().map(move |(id, row)| (row.line, id, joined)));
        let Some((line, id, joined)) = left.min_by_key(|(line, id, _)| (*line, *id)) else { return Ok(()) };
        let message = format!("task {id:?} is in no other file");
        Err(LoadError::Row { path: joined.path.clone(), line, message })
    }

    fn push(&mut self, file: &DataFile, mut fields: Map<String, Value>, place: String) -> Result<(), String> {
        self.rename(&mut fields);
        let (id, mut fields) = self.id(fields)?;
        if let Some(first) = self.seen.insert(id.clone(), place) {
            return Err(format!("task {id:?} is already at {first}"));
        }
        self.add_joined(&id, &mut fields)?;
        let mut task = Task { id, subset: file.subset.clone(), fields };
        self.check(&task)?;
        if let ScoreTable::StdinStdout { cases, .. } = self.manifest.tables.score.as_ref() {
            self.cases.take(&mut task, cases).map_err(|message| format!("task {:?}: {message}", task.id))?;
        }
        self.tasks.push(task);
        Ok(())
    }

    fn rename(&self, fields: &mut Map<String, Value>) {
        for (old, new) in &self.manifest.tables.task.rename {
            if let Some(value) = fields.remove(old) {
                fields.insert(new.clone(), value);
            }
        }
    }

    /// The id of the task with these fields, and they.
    fn id(&self, fields: Map<String, Value>) -> Result<(String, Map<String, Value>), String> {
        let task = Task { id: String::new(), subset: String::new(), fields };
        let names = self.manifest.tables.task.id.names().map(|field| match task.at(field) {
            Some(Value::String(name)) if !name.is_empty() => Ok(name.clone()),
            // Some benchmarks number their tasks.
            Some(Value::Number(number)) => Ok(number.to_string()),
            Some(_) => Err(format!("field `{field}`, the task's id, is neither text nor a number")),
            None => Err(format!("field `{field}`, the task's id, is missing")),
        });
        let id = names.collect::<Result<Vec<_>, String>>()?.join("/");
        Ok((id, task.fields))
    }

    /// Whether the task has what it must have.
    fn check(&self, task: &Task) -> Result<(), String> {
        let Task { id, fields, .. } = task;
        for name in self.manifest.tables.task.required.iter().map(|field| field.as_ref()) {
            if fields.get(name).is_none_or(Value::is_null) {
                return Err(format!("task {id:?}: field `{name}` is missing"));
            }
        }
        for name in self.manifest.text_fields() {
            if !fields.get(name).is_some_and(Value::is_string) {
                return Err(format!("task {id:?}: field `{name}`, which extraction needs, is missing or not text"));
            }
        }
        Ok(())
    }
}
