use std::collections::BTreeMap;
use std::fmt;

use assay_api::PromptStyle;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use thiserror::Error;
use url::Url;

use super::Shard;
use crate::filter::Filters;
use crate::hex::hex;

/// What a run is: given anew by every invocation, compared with what the run file was started with.
#[derive(Debug, Clone, PartialEq)]
pub struct RunConfig {
    /// What must not change while the run is continued.
    pub identity: RunIdentity,
    /// What may change.
    pub settings: RunSettings,
    /// The command line of this invocation.
    pub command: CommandLine,
}

/// Everything that prompts, completions and verdicts depend on. A run never mixes two of them.
///
/// A field added later must be skipped when it is absent, so that the digests of older runs stay what they are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunIdentity {
    /// The suites, each once; their order means nothing.
    pub suites: Vec<SuiteRef>,
    /// The model as the server or the author of the samples names it.
    pub model: String,
    /// How the model is asked; `None` when completions come from a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub style: Option<PromptStyle>,
    /// How the model samples.
    pub sampling: Sampling,
    /// The run's seed, from which those of requests and programs are derived.
    pub seed: u64,
    /// The digest of each runtime that programs use, by name.
    pub runtimes: BTreeMap<String, String>,
    /// Limits that stand above the suites' own.
    pub limits: LimitOverrides,
    /// Which tasks were chosen by what the suites' data says of them.
    #[serde(default, skip_serializing_if = "Filters::is_empty")]
    pub filters: Filters,
    /// Where completions come from.
    pub source: Source,
}

/// A suite of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuiteRef {
    /// Its name.
    pub id: String,
    /// Its own version.
    pub version: String,
    /// The language that was chosen, where it has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The variant that was chosen, where it has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// SHA-256 in hexadecimal over everything that makes the suite, as `SuiteInfo` gives it.
    pub digest: String,
}

/// Sampling parameters; what is absent is left to the server.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Sampling {
    /// Softmax temperature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// Nucleus sampling's mass, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top_p: Option<f64>,
    /// Most new tokens of one completion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u32>,
    /// Stop strings in place of the suite's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop: Option<Vec<String>>,
    /// The system prompt in place of the suite's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// How much a reasoning model is to think, in the server's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasoning_effort: Option<String>,
    /// Log-probabilities are asked for, with so many alternatives to each token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logprobs: Option<u32>,
    /// Further fields of the request, each as JSON.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, String>,
    /// How prompts with a gap are sent: `suffix`, or the family whose template is used; `None` when no prompt has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fim: Option<String>,
    /// All samples of a task are asked for in one request.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub native_n: bool,
}

/// Limits given by the user in place of the suites' own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitOverrides {
    /// Fuel of one program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fuel: Option<u64>,
    /// Linear memory of one program, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_bytes: Option<u64>,
}

/// Where completions come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Source {
    /// A server is asked.
    Endpoint {
        /// Its address.
        base_url: BaseUrl,
        /// The provider behind a router, or the dialect that the server speaks, where the user names one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        provider: Option<String>,
    },
    /// A file of samples is scored.
    Samples {
        /// SHA-256 of the file in hexadecimal.
        sha256: String,
    },
}

/// What may change from one invocation to the next. `n`, `limit` and `tasks` may only widen and `shard` only go, so that
/// every sample in the file is one that the last command asks for; the others are free.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunSettings {
    /// Samples a task.
    pub n: u32,
    /// The k of pass@k.
    pub k: Vec<u32>,
    /// At most this many tasks a suite; `None` for all.
    #[serde(default)]
    pub limit: Option<u32>,
    /// Patterns of task ids; none for all tasks.
    #[serde(default)]
    pub tasks: Vec<String>,
    /// The part of the tasks; `None` for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
    /// Programs executed at once; `None` for as many as there are cores.
    #[serde(default)]
    pub jobs: Option<u32>,
    /// Most requests at once.
    #[serde(default)]
    pub concurrency: Option<u32>,
    /// Deadline of one try of a request, in milliseconds.
    #[serde(default)]
    pub request_timeout_ms: Option<u64>,
}

/// A parameter that is not what the run was started with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its path, for example `sampling.temperature` or `suites.humaneval.digest`.
    pub field: String,
    /// The run's value as JSON, or `absent`.
    pub was: String,
    /// The invocation's value as JSON, or `absent`.
    pub now: String,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} was {}, now {}", printable(&self.field), printable(&self.was), printable(&self.now))
    }
}

impl RunIdentity {
    /// SHA-256 in hexadecimal over the identity: the compact JSON of an object from the path of each present value
    /// to the value, sorted by path.
    #[must_use]
    pub fn digest(&self) -> String {
        identity_digest(&to_value(self))
    }

    /// What differs from the identity that a run file stores as `was`. Fields that this version doesn't know count.
    pub(super) fn changes(&self, was: &Value) -> Vec<Change> {
        let (was, now) = (leaves(was), leaves(&to_value(self)));
        let mut fields: Vec<&String> = was.keys().chain(now.keys()).collect();
        fields.sort();
        fields.dedup();
        fields.into_iter().filter_map(|field| change(field, was.get(field), now.get(field))).collect()
    }
}

impl RunSettings {
    /// The settings that would exclude samples which the run may already have.
    pub(super) fn narrowed(&self, was: &RunSettings) -> Vec<Change> {
        let limit = |settings: &RunSettings| settings.limit.unwrap_or(u32::MAX);
        let keeps_tasks =
            self.tasks.is_empty() || (!was.tasks.is_empty() && was.tasks.iter().all(|t| self.tasks.contains(t)));
        let mut changes = Vec::new();
        if self.n < was.n {
            changes.extend(change("n", Some(&json!(was.n)), Some(&json!(self.n))));
        }
        if limit(self) < limit(was) {
            let value = |limit: Option<u32>| limit.map(|l| json!(l));
            changes.extend(change("limit", value(was.limit).as_ref(), value(self.limit).as_ref()));
        }
        if !keeps_tasks {
            changes.extend(change("tasks", Some(&json!(was.tasks)), Some(&json!(self.tasks))));
        }
        if self.shard.is_some() && self.shard != was.shard {
            let value = |shard: Option<Shard>| shard.map(|shard| json!(shard));
            changes.extend(change("shard", value(was.shard).as_ref(), value(self.shard).as_ref()));
        }
        changes
    }
}

/// A server's address without credentials: user name, password, query and fragment are dropped, since keys travel
/// in all of them. A slash at the end is dropped too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct BaseUrl(String);

/// A text that is no server's address. It is not repeated here: it may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the base URL is not an absolute http or https address")]
pub struct BaseUrlError;

impl BaseUrl {
    /// Reads an `http` or `https` address.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn parse(text: &str) -> Result<Self, BaseUrlError> {
        let mut url = Url::parse(text).map_err(|_| BaseUrlError)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(BaseUrlError);
        }
        url.set_username("").and_then(|()| url.set_password(None)).map_err(|()| BaseUrlError)?;
        url.set_query(None);
        url.set_fragment(None);
        Ok(BaseUrl(url.as_str().trim_end_matches('/').to_owned()))
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for BaseUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        BaseUrl::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// The arguments of an invocation, addresses in them cleaned as [`BaseUrl`] does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CommandLine(Vec<String>);

impl CommandLine {
    /// Takes the arguments, the program's name included, and cleans them.
    pub fn new(arguments: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        CommandLine(arguments.into_iter().map(|a| without_credentials(a.as_ref())).collect())
    }

    /// The arguments.
    #[must_use]
    pub fn arguments(&self) -> &[String] {
        &self.0
    }
}

/// Cleans the address in `--base-url=ADDRESS` or `ADDRESS`; other arguments stay as they are.
fn without_credentials(argument: &str) -> String {
    let lowercase = argument.to_ascii_lowercase();
    let Some(scheme) = ["http:", "https:"].iter().filter_map(|scheme| lowercase.find(scheme)).min() else {
        return argument.to_owned();
    };
    let (before, address) = argument.split_at(scheme);
    match BaseUrl::parse(address) {
        Ok(url) => format!("{before}{}", url.0),
        Err(_) => format!("{before}(not an address)"),
    }
}

/// The digest of an identity as a run file stores it, which may have fields that this version doesn't know.
pub(super) fn identity_digest(identity: &Value) -> String {
    let leaves = serde_json::to_vec(&leaves(identity)).expect("a map from strings to JSON is JSON");
    hex(&Sha256::digest(leaves))
}

fn to_value(identity: &RunIdentity) -> Value {
    serde_json::to_value(identity).expect("the identity has string keys and finite numbers or null")
}

/// The values of a JSON object by their path. Suites go by their id, so that their order means nothing.
fn leaves(identity: &Value) -> BTreeMap<String, Value> {
    let mut identity = identity.clone();
    if let Some(suites) = identity.get_mut("suites") {
        *suites = by_id(suites);
    }
    let mut found = BTreeMap::new();
    collect("", &identity, &mut found);
    found
}

fn by_id(suites: &Value) -> Value {
    let rows = suites.as_array().into_iter().flatten();
    Value::Object(rows.map(|s| (s["id"].as_str().unwrap_or_default().to_owned(), s.clone())).collect::<Map<_, _>>())
}

fn collect(path: &str, value: &Value, found: &mut BTreeMap<String, Value>) {
    match value {
        Value::Null => {}
        Value::Object(fields) => {
            for (name, value) in fields {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                collect(&path, value, found);
            }
        }
        leaf => {
            found.insert(path.to_owned(), leaf.clone());
        }
    }
}

fn change(field: &str, was: Option<&Value>, now: Option<&Value>) -> Option<Change> {
    let text = |value: Option<&Value>| value.map_or_else(|| "absent".to_owned(), Value::to_string);
    (was != now).then(|| Change { field: field.to_owned(), was: text(was), now: text(now) })
}

fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { c.escape_default().to_string() } else { c.to_string() }).collect()
}
