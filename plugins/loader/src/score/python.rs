/// `text` as a string literal of Python's: JSON's are that.
pub(crate) fn literal(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
