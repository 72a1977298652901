use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One problem of a suite.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Task {
    /// As the benchmark's authors spell it, for example `HumanEval/0`. Unique within the suite.
    pub id: String,
    /// The part of the suite the task belongs to; empty for the suite's main part. Tasks of other parts
    /// run only when they are asked for by name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub subset: String,
    /// The benchmark's own fields (prompt, tests, entry point...), for the suite's own use.
    pub fields: Map<String, Value>,
}

impl Task {
    /// The text in field `name`, or `None` when it is absent or not a string.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.fields.get(name).and_then(Value::as_str)
    }

    /// The field called `path`, or the one to which the names lead that it has between dots: `metadata.library` is the
    /// field `library` of the object `metadata`.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<&Value> {
        field_at(&self.fields, path)
    }
}

fn field_at<'a>(fields: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    fields.get(path).or_else(|| {
        let (first, rest) = path.split_once('.')?;
        field_at(fields.get(first)?.as_object()?, rest)
    })
}

/// A part of a listing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Page<T> {
    /// The items of this page, in the suite's order.
    pub items: Vec<T>,
    /// What to pass as the cursor for the next page; `None` on the last one.
    pub next: Option<String>,
}
