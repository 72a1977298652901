//! The functions that may be called, as BFCL describes them.

use serde_json::{Map, Value as Json};

use super::value::Class;

/// A function that may be called.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) name: String,
    pub(super) required: Vec<String>,
    parameters: Map<String, Json>,
}

/// What a parameter's arguments are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    pub(super) class: Class,
    /// Of arrays and tuples, what their items are.
    pub(super) items: Option<Class>,
    /// A tuple is as good as a list.
    pub(super) is_tuple: bool,
}

impl Function {
    /// Reads a function's description, an object with `name` and `parameters`.
    pub(super) fn new(json: &Json) -> Option<Self> {
        let parameters = json.get("parameters")?;
        let required = parameters.get("required")?.as_array()?.iter();
        Some(Function {
            name: json.get("name")?.as_str()?.to_owned(),
            required: required.map(|name| name.as_str().map(str::to_owned)).collect::<Option<_>>()?,
            parameters: parameters.get("properties")?.as_object()?.clone(),
        })
    }

    pub(super) fn has(&self, parameter: &str) -> bool {
        self.parameters.contains_key(parameter)
    }

    /// What the arguments of `parameter` are; `None` where its type is none that BFCL knows.
    pub(super) fn kind(&self, parameter: &str) -> Option<Kind> {
        let described = self.parameters.get(parameter)?;
        let name = described.get("type")?.as_str()?;
        let items = match name {
            "array" | "tuple" => Some(class(described.get("items")?.get("type")?.as_str()?)?),
            _ => None,
        };
        Some(Kind { class: class(name)?, items, is_tuple: name == "tuple" })
    }
}

fn class(name: &str) -> Option<Class> {
    Some(match name {
        "string" | "any" => Class::Text,
        "integer" => Class::Int,
        "float" => Class::Float,
        "boolean" => Class::Bool,
        "array" | "tuple" => Class::List,
        "dict" => Class::Dict,
        _ => return None,
    })
}
