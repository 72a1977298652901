//! Right answers, made of the values that BFCL allows.

use super::expected::ExpectedCalls;
use super::signature::Kind;
use super::value::{Class, Value};

/// What an answer to anything that nothing fits is: no list of calls in Python.
const NOTHING: &str = "None of the functions can be used.";

/// A right answer: the first value that each parameter may have. `None` where anything is right.
#[must_use]
pub fn call_match_gold(expected: &ExpectedCalls) -> Option<String> {
    match expected {
        ExpectedCalls::These(calls) => {
            let calls: Vec<String> = calls.iter().map(super::expected::RightCall::gold).collect();
            Some(format!("[{}]", calls.join(", ")))
        }
        ExpectedCalls::Nothing => Some(NOTHING.to_owned()),
        ExpectedCalls::Anything => None,
    }
}

/// The source of an allowed value of a parameter. What is allowed of dicts are lists of values by key.
pub(super) fn written(value: &Value, kind: Kind) -> String {
    match (value, kind.class, kind.items) {
        (Value::Dict(entries), Class::Dict, _) => first_of_each(entries),
        (Value::List(items), Class::List, Some(Class::Dict)) => {
            let dict = |item: &Value| match item {
                Value::Dict(entries) => first_of_each(entries),
                other => source(other),
            };
            format!("[{}]", items.iter().map(dict).collect::<Vec<_>>().join(", "))
        }
        _ => source(value),
    }
}

fn first_of_each(entries: &[(Value, Value)]) -> String {
    let entry = |(key, values): &(Value, Value)| {
        let Value::List(values) = values else { return None };
        let value = values.first().filter(|value| !value.is_blank())?;
        Some(format!("{}: {}", source(key), source(value)))
    };
    format!("{{{}}}", entries.iter().filter_map(entry).collect::<Vec<_>>().join(", "))
}

fn source(value: &Value) -> String {
    let list = |items: &[Value]| items.iter().map(source).collect::<Vec<_>>().join(", ");
    match value {
        Value::Bool(value) => if *value { "True" } else { "False" }.to_owned(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => crate::python_float::repr(*value),
        // JSON's escapes are Python's, too.
        Value::Text(text) => serde_json::Value::from(text.as_str()).to_string(),
        Value::List(items) | Value::Tuple(items) => format!("[{}]", list(items)),
        Value::Dict(entries) => {
            let entry = |(key, value): &(Value, Value)| format!("{}: {}", source(key), source(value));
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
        Value::None | Value::Huge | Value::Complex | Value::Bytes(_) => "None".to_owned(),
    }
}
