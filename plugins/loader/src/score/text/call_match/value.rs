//! Plain values of Python, with Python's equality.

use serde_json::Value as Json;

/// A value that an argument of a call has, or may have.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    None,
    Bool(bool),
    Int(i128),
    /// An integer of more than 128 bits: no answer is one.
    Huge,
    Float(f64),
    Complex,
    Text(String),
    Bytes(Vec<u8>),
    List(Vec<Value>),
    Tuple(Vec<Value>),
    /// In the order in which keys came first.
    Dict(Vec<(Value, Value)>),
}

/// The class of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    None,
    Bool,
    Int,
    Float,
    Text,
    List,
    Tuple,
    Dict,
    Other,
}

impl Class {
    /// As Python names it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Class::None => "NoneType",
            Class::Bool => "bool",
            Class::Int => "int",
            Class::Float => "float",
            Class::Text => "str",
            Class::List => "list",
            Class::Tuple => "tuple",
            Class::Dict => "dict",
            Class::Other => "another class",
        }
    }
}

impl Value {
    pub(super) fn class(&self) -> Class {
        match self {
            Value::None => Class::None,
            Value::Bool(_) => Class::Bool,
            Value::Int(_) | Value::Huge => Class::Int,
            Value::Float(_) => Class::Float,
            Value::Complex | Value::Bytes(_) => Class::Other,
            Value::Text(_) => Class::Text,
            Value::List(_) => Class::List,
            Value::Tuple(_) => Class::Tuple,
            Value::Dict(_) => Class::Dict,
        }
    }

    /// Whether it is the empty text, which stands for an argument that may be left out.
    pub(super) fn is_blank(&self) -> bool {
        matches!(self, Value::Text(text) if text.is_empty())
    }

    /// Python's `==`.
    pub(super) fn equals(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::None, Value::None) => true,
            (Value::Text(a), Value::Text(b)) => a == b,
            (Value::Bytes(a), Value::Bytes(b)) => a == b,
            (Value::List(a), Value::List(b)) | (Value::Tuple(a), Value::Tuple(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.equals(b))
            }
            (Value::Dict(a), Value::Dict(b)) => {
                a.len() == b.len()
                    && a.iter().all(|(key, value)| entry(b, key).is_some_and(|other| value.equals(other)))
            }
            (Value::Float(a), Value::Float(b)) => a == b,
            (Value::Float(a), b) | (b, Value::Float(a)) => b.whole().is_some_and(|b| is_whole(*a, b)),
            (a, b) => a.whole().is_some_and(|a| b.whole() == Some(a)),
        }
    }

    /// The integer that it is; booleans are.
    pub(super) fn whole(&self) -> Option<i128> {
        match self {
            Value::Bool(value) => Some(i128::from(*value)),
            Value::Int(value) => Some(*value),
            _ => None,
        }
    }

    /// Whether it may be a key: nothing in it can change.
    pub(super) fn is_hashable(&self) -> bool {
        match self {
            Value::List(_) | Value::Dict(_) => false,
            Value::Tuple(items) => items.iter().all(Value::is_hashable),
            _ => true,
        }
    }
}

/// The value that a dict's `entries` have for `key`.
pub(super) fn entry<'a>(entries: &'a [(Value, Value)], key: &Value) -> Option<&'a Value> {
    entries.iter().find(|(known, _)| known.equals(key)).map(|(_, value)| value)
}

/// Whether the two are equal, exactly.
fn is_whole(float: f64, whole: i128) -> bool {
    const BEYOND: f64 = 170_141_183_460_469_231_731_687_303_715_884_105_728.0;
    #[expect(clippy::cast_possible_truncation, reason = "it is a whole number within the range")]
    let is_equal = float.fract() == 0.0 && float.abs() < BEYOND && float as i128 == whole;
    is_equal
}

impl From<&Json> for Value {
    /// As `json.loads` reads it.
    fn from(json: &Json) -> Self {
        match json {
            Json::Null => Value::None,
            Json::Bool(value) => Value::Bool(*value),
            Json::Number(number) => {
                let whole = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
                whole.map_or_else(|| Value::Float(number.as_f64().unwrap_or(f64::NAN)), Value::Int)
            }
            Json::String(text) => Value::Text(text.clone()),
            Json::Array(items) => Value::List(items.iter().map(Value::from).collect()),
            Json::Object(entries) => {
                let entries = entries.iter().map(|(key, value)| (Value::Text(key.clone()), Value::from(value)));
                Value::Dict(entries.collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_equal_as_in_python() {
        let of = |json: Json| Value::from(&json);
        assert!(of(json!(1)).equals(&Value::Float(1.0)) && of(json!(true)).equals(&of(json!(1))));
        assert!(!of(json!("1")).equals(&of(json!(1))) && !of(json!(null)).equals(&of(json!(false))));
        assert!(!Value::Int((1 << 53) + 1).equals(&Value::Float(9_007_199_254_740_992.0)));
        assert!(!Value::Float(f64::NAN).equals(&Value::Float(f64::NAN)));
        assert!(of(json!({"a": 1, "b": [2]})).equals(&of(json!({"b": [2.0], "a": true}))));
        assert!(!Value::Tuple(vec![]).equals(&Value::List(vec![])) && !Value::Huge.equals(&Value::Huge));
    }
}
