use serde_json::{Map, Value, json};

/// The tokens in a choice's `logprobs`, one object each: `token`, `logprob` and, where alternatives were asked for,
/// `top_logprobs`, a list of the same two.
///
/// Chat answers have such objects; text completions have parallel lists (`tokens`, `token_logprobs`, and in
/// `top_logprobs` an object from token to log-probability).
pub(super) fn tokens(logprobs: &Value) -> Vec<Value> {
    if let Some(Value::Array(content)) = logprobs.get("content") {
        return content.iter().map(entry).collect();
    }
    let list = |name: &str| logprobs.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let (values, alternatives) = (list("token_logprobs"), list("top_logprobs"));
    let token = |(at, token): (usize, &Value)| {
        let mut entry = json!({"token": token, "logprob": values.get(at).unwrap_or(&Value::Null)});
        if let Some(Value::Object(tops)) = alternatives.get(at) {
            entry["top_logprobs"] = tops.iter().map(|(token, p)| json!({"token": token, "logprob": p})).collect();
        }
        entry
    };
    list("tokens").iter().enumerate().map(token).collect()
}

/// Without the token's bytes, which repeat it.
fn entry(token: &Value) -> Value {
    let two = |value: &Value| -> Map<String, Value> {
        ["token", "logprob"].iter().filter_map(|key| Some(((*key).to_owned(), value.get(*key)?.clone()))).collect()
    };
    let mut entry = two(token);
    if let Some(Value::Array(tops)) =
        token.get("top_logprobs").filter(|tops| tops.as_array().is_some_and(|t| !t.is_empty()))
    {
        entry.insert("top_logprobs".to_owned(), tops.iter().map(|top| Value::Object(two(top))).collect());
    }
    Value::Object(entry)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::tokens;

    #[test]
    fn both_apis_give_the_same_tokens() {
        let expected = json!([
            {"token": "a", "logprob": -0.5, "top_logprobs": [{"token": "a", "logprob": -0.5}, {"token": "b", "logprob": -1.0}]},
            {"token": "c", "logprob": null},
        ]);
        let chat = json!({"content": [
            {"token": "a", "logprob": -0.5, "bytes": [97], "top_logprobs": [{"token": "a", "logprob": -0.5, "bytes": [97]}, {"token": "b", "logprob": -1.0}]},
            {"token": "c", "logprob": null, "top_logprobs": []},
        ]});
        let text = json!({
            "tokens": ["a", "c"], "token_logprobs": [-0.5, null], "top_logprobs": [{"a": -0.5, "b": -1.0}, null],
            "text_offset": [0, 1],
        });
        assert_eq!(json!(tokens(&chat)), expected);
        assert_eq!(json!(tokens(&text)), expected);
        assert!(tokens(&json!(null)).is_empty() && tokens(&json!({"content": null})).is_empty());
    }
}
