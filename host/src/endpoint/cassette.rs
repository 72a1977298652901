use std::collections::{BTreeMap, HashMap};
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::completion::Latency;
use super::error::ErrorKind;
use super::failure::Failure;
use super::secret::Secret;
use crate::hex::hex;

/// The headers of a response that are kept: those that the client reads.
const KEPT: [&str; 5] = ["content-type", "location", "retry-after", "retry-after-ms", "x-should-retry"];

/// What a server answered, try by try, to be kept in a file or to be played back from one.
///
/// The file has a line of JSON for each try. A request is found by its digest, SHA-256 in hexadecimal over its path below
/// the base URL, a line end and its body. The key and other headers of requests are not kept, and a key that the server
/// repeats is replaced by `***`.
#[derive(Debug)]
pub struct Cassette {
    path: PathBuf,
    mode: Mode,
}

#[derive(Debug)]
enum Mode {
    Record(Mutex<File>),
    /// The tries of each request in their order, and how many were played.
    Replay(Mutex<HashMap<String, (Vec<Recorded>, usize)>>),
}

/// Why a cassette can't be used.
#[derive(Debug, Error)]
pub enum CassetteError {
    /// The file can't be opened, read or written.
    #[error("the cassette {}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A line is no recorded try.
    #[error("the cassette {}, line {line}: {source}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    /// Of the request.
    digest: String,
    /// Below the base URL.
    path: String,
    request: Value,
    #[serde(flatten)]
    recorded: Recorded,
}

/// What came of one try.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Recorded {
    /// Absent when there was no response at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    response: Option<Head>,
    /// The body as far as it was read, decompressed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    body: String,
    /// The body in its stead when it is not UTF-8.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    bytes: Vec<u8>,
    /// How the body, or without a response the connection, ended when it did not end well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    broke: Option<Broke>,
    /// How long a whole answer took, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    total_ms: Option<u64>,
    /// How long its first token took.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first_token_ms: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Head {
    status: u16,
    headers: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Broke {
    kind: ErrorKind,
    said: String,
}

/// A try that is being recorded.
#[derive(Debug, Default)]
pub(super) struct Tape {
    head: Option<Head>,
    body: Vec<u8>,
}

impl Tape {
    pub(super) fn response(&mut self, status: u16, headers: &HeaderMap) {
        let kept =
            headers.iter().filter(|(name, _)| KEPT.contains(&name.as_str()) || name.as_str().contains("ratelimit"));
        let kept = kept.map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
        self.head = Some(Head { status, headers: kept.collect() });
    }

    pub(super) fn body(&mut self, bytes: &[u8]) {
        self.body.extend_from_slice(bytes);
    }
}

impl Recorded {
    /// Status and headers; `None` when there was no response.
    pub(super) fn head(&self) -> Option<(u16, HeaderMap)> {
        let head = self.response.as_ref()?;
        let header = |(name, value): (&String, &String)| {
            Some((HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?))
        };
        Some((head.status, head.headers.iter().filter_map(header).collect()))
    }

    pub(super) fn body(&self) -> Bytes {
        if self.bytes.is_empty() { self.body.clone().into() } else { self.bytes.clone().into() }
    }

    /// How long the answer took when it was recorded.
    pub(super) fn latency(&self) -> Option<Latency> {
        let total = Duration::from_millis(self.total_ms?);
        Some(Latency { first_token: self.first_token_ms.map(Duration::from_millis), total })
    }

    /// How the body ended when it did not end well.
    pub(super) fn broke(&self) -> Option<Failure> {
        self.broke.as_ref().map(|broke| Failure::new(broke.kind, broke.said.clone()))
    }
}

impl Cassette {
    /// Records to a new file at `path`, which only its owner may read: answers may be confidential.
    ///
    /// # Errors
    /// When there is a file already, or none can be made.
    pub fn record(path: &Path) -> Result<Self, CassetteError> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(|source| CassetteError::File { path: path.to_owned(), source })?;
        Ok(Cassette { path: path.to_owned(), mode: Mode::Record(Mutex::new(file)) })
    }

    /// Plays back what the file at `path` has.
    ///
    /// # Errors
    /// When it can't be read, or a line is no recorded try.
    pub fn replay(path: &Path) -> Result<Self, CassetteError> {
        let failed = |source| CassetteError::File { path: path.to_owned(), source };
        let mut tries: HashMap<String, (Vec<Recorded>, usize)> = HashMap::new();
        for (line, text) in BufReader::new(File::open(path).map_err(failed)?).lines().enumerate() {
            let text = text.map_err(failed)?;
            if text.trim().is_empty() {
                continue;
            }
            let entry: Entry = serde_json::from_str(&text).map_err(|source| CassetteError::Line {
                path: path.to_owned(),
                line: line + 1,
                source,
            })?;
            tries.entry(entry.digest).or_default().0.push(entry.recorded);
        }
        Ok(Cassette { path: path.to_owned(), mode: Mode::Replay(Mutex::new(tries)) })
    }

    /// Whether it is played back, so that nothing is sent.
    #[must_use]
    pub fn replays(&self) -> bool {
        matches!(self.mode, Mode::Replay(_))
    }

    /// Keeps a try of `request` and how it ended. Of a failure only what the bytes that arrived do not tell is kept.
    pub(super) fn keep(
        &self,
        path: &str,
        request: &Value,
        tape: Tape,
        ended: Result<Latency, &Failure>,
        key: Option<&Secret>,
    ) -> Result<(), Failure> {
        let Mode::Record(file) = &self.mode else { return Ok(()) };
        let redact = |text: String| key.map_or_else(|| text.clone(), |key| key.redact(&text));
        let (body, bytes) = match String::from_utf8(tape.body) {
            Ok(body) => (redact(body), Vec::new()),
            // Where it is no text, a key can hide only in its text.
            Err(error) => {
                let bytes = error.into_bytes();
                let holds_key = key.is_some_and(|key| key.is_in(&bytes));
                (String::new(), if holds_key { b"***".to_vec() } else { bytes })
            }
        };
        let response = tape.head.map(|mut head| {
            head.headers.values_mut().for_each(|value| *value = redact(std::mem::take(value)));
            head
        });
        let broke = ended.err().filter(|failure| failure.kind.is_broken_transport());
        let broke = broke.map(|failure| Broke { kind: failure.kind, said: redact(failure.said.clone()) });
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let (total, first) = (ended.ok().map(|latency| latency.total), ended.ok().and_then(|l| l.first_token));
        let (total_ms, first_token_ms) = (total.map(millis), first.map(millis));
        let recorded = Recorded { response, body, bytes, broke, total_ms, first_token_ms };
        let entry = Entry { digest: digest(path, request), path: path.to_owned(), request: request.clone(), recorded };
        let line = serde_json::to_string(&entry).expect("strings and numbers are JSON") + "\n";
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(line.as_bytes())
            .map_err(|error| Failure::new(ErrorKind::Cassette, format!("{}: {error}", self.path.display())))
    }

    /// What came of the next try of `request`; when all were played, the last one again.
    pub(super) fn play(&self, path: &str, request: &Value) -> Result<Recorded, Failure> {
        let digest = digest(path, request);
        if let Mode::Replay(tries) = &self.mode {
            let mut tries = tries.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((tries, played)) = tries.get_mut(&digest)
                && let Some(found) = tries.get(*played).or(tries.last())
            {
                *played += 1;
                return Ok(found.clone());
            }
        }
        let asked = request.get("messages").or(request.get("prompt")).map(Value::to_string).unwrap_or_default();
        let file = self.path.display();
        Err(Failure::new(ErrorKind::Cassette, format!("{file} has no answer to {path} {} {asked}", &digest[..16])))
    }
}

fn digest(path: &str, request: &Value) -> String {
    let mut hash = Sha256::new();
    hash.update(path);
    hash.update("\n");
    hash.update(request.to_string());
    hex(&hash.finalize())
}
