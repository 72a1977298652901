//! Whether an argument has one of the values that are right: BFCL's `type_checker` and those by type
//! (`bfcl_eval/eval_checker/ast_eval/ast_checker.py`).

use super::signature::Kind;
use super::value::{Class, Value, entry};

/// Whether `value` has the right type and is one of `allowed`; what is wrong with it, for humans, otherwise.
pub(super) fn check(value: &Value, allowed: &[Value], kind: Kind) -> Result<(), String> {
    let converted = match (value, kind.class) {
        (Value::Tuple(items), Class::List) if kind.is_tuple => Some(Value::List(items.clone())),
        #[expect(clippy::cast_precision_loss, reason = "Python rounds, too")]
        (Value::Int(whole), Class::Float) => Some(Value::Float(*whole as f64)),
        _ => None,
    };
    let value = converted.as_ref().unwrap_or(value);
    let is_variable = typed(value, allowed, kind.class, kind.items)
        .ok_or_else(|| format!("is of type {}, not {}", value.class().name(), kind.class.name()))?;
    let is_right = match (kind.class, kind.items) {
        _ if is_variable => is_among(value, allowed),
        (Class::Dict, _) => is_dict(value, allowed),
        (Class::List, Some(Class::Dict)) => allowed.iter().any(|allowed| are_dicts(value, allowed)),
        (Class::Text, _) => is_text(value, allowed),
        (Class::List, _) => is_list(value, allowed),
        _ => is_among(value, allowed),
    };
    if is_right { Ok(()) } else { Err("has another value".to_owned()) }
}

/// Whether a value of the right type is a variable's name, of which only the answers say the type; `None` where the type is wrong.
fn typed(value: &Value, allowed: &[Value], expected: Class, items: Option<Class>) -> Option<bool> {
    let stated = allowed.iter().find(|allowed| !allowed.is_blank()).map(Value::class);
    if value.class() != expected {
        return (stated == Some(value.class())).then_some(true);
    }
    let is_variable = stated.is_some_and(|stated| stated != expected);
    let Some(class) = items else { return Some(is_variable) };
    let fits = |allowed: &Value| match (value, allowed) {
        (Value::List(items), Value::List(allowed)) => {
            items.iter().all(|item| typed(item, allowed, class, None).is_some())
        }
        _ => true,
    };
    allowed.iter().any(fits).then_some(is_variable)
}

/// A text without what does not count: case, spaces, some punctuation, and which quotes it has.
fn standard(text: &str) -> String {
    let kept: String = text.chars().filter(|c| !matches!(c, ' ' | ',' | '.' | '/' | '-' | '_' | '*' | '^')).collect();
    kept.to_lowercase().replace('\'', "\"")
}

fn standardised(value: &Value) -> Value {
    match value {
        Value::Text(text) => Value::Text(standard(text)),
        other => other.clone(),
    }
}

fn is_among(value: &Value, allowed: &[Value]) -> bool {
    allowed.iter().any(|allowed| value.equals(allowed))
}

fn is_text(value: &Value, allowed: &[Value]) -> bool {
    let value = standardised(value);
    allowed.iter().filter(|allowed| allowed.class() == Class::Text).any(|allowed| value.equals(&standardised(allowed)))
}

/// Texts in the list are compared as texts are, not those in lists in it.
fn is_list(value: &Value, allowed: &[Value]) -> bool {
    let listed = |value: &Value| match value {
        Value::List(items) => Some(Value::List(items.iter().map(standardised).collect())),
        // Python goes through a text, too.
        Value::Text(text) => Some(Value::List(text.chars().map(|c| Value::Text(standard(&c.to_string()))).collect())),
        _ => None,
    };
    listed(value).is_some_and(|value| allowed.iter().filter_map(listed).any(|allowed| value.equals(&allowed)))
}

/// Each allowed dict has a list of values for each key; one with the empty text may be left out.
fn is_dict(value: &Value, allowed: &[Value]) -> bool {
    let Value::Dict(given) = value else { return false };
    allowed.iter().any(|allowed| {
        let Value::Dict(allowed) = allowed else { return false };
        let is_right = |(key, value): &(Value, Value)| {
            let value = standardised(value);
            entry(allowed, key).is_some_and(|values| items(values).iter().any(|item| value.equals(&standardised(item))))
        };
        let is_there =
            |(key, values): &(Value, Value)| entry(given, key).is_some() || items(values).iter().any(Value::is_blank);
        given.iter().all(is_right) && allowed.iter().all(is_there)
    })
}

fn are_dicts(value: &Value, allowed: &Value) -> bool {
    let (given, allowed) = (items(value), items(allowed));
    given.len() == allowed.len()
        && given.iter().zip(allowed).all(|(given, allowed)| is_dict(given, std::slice::from_ref(allowed)))
}

fn items(value: &Value) -> &[Value] {
    match value {
        Value::List(items) => items,
        _ => &[],
    }
}
