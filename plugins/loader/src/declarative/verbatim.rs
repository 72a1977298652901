use serde_json::{Map, Value};

/// Reads a row in which the fields `names` are kept as the JSON text that they are.
///
/// Numbers beyond 64 bits, the last digits of floats, and Python's `NaN` and `Infinity` survive in them.
///
/// # Errors
/// A message, when the row is no JSON object.
pub(super) fn read_row(row: &str, names: &[&str]) -> Result<Map<String, Value>, String> {
    let mut fields = Map::new();
    let mut rest = row.trim().strip_prefix('{').ok_or("not a JSON object")?.trim_start();
    if rest == "}" {
        return Ok(fields);
    }
    loop {
        let (key, after) = rest.split_at(extent(rest)?);
        let key: String = serde_json::from_str(key).map_err(|_| "a JSON object's key is not text")?;
        let value = after.trim_start().strip_prefix(':').ok_or_else(|| format!("field {key:?} has no value"))?;
        let (value, after) = value.split_at(extent(value)?);
        let value = match names.contains(&key.as_str()) {
            true => Value::String(value.trim().to_owned()),
            false => serde_json::from_str(value).map_err(|error| format!("field {key:?}: {error}"))?,
        };
        fields.insert(key, value);
        rest = match after.split_at_checked(1) {
            Some((",", rest)) => rest.trim_start(),
            Some(("}", "")) => return Ok(fields),
            _ => return Err("the JSON object has no end, or something follows it".into()),
        };
    }
}

/// Where the JSON value at the beginning of `text` ends: before a comma, a colon or a bracket that closes what it is in.
fn extent(text: &str) -> Result<usize, &'static str> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b',' | b':' | b'}' | b']' if depth == 0 => return Ok(at),
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth -= 1,
            _ => {}
        }
    }
    Err("a JSON value has no end")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_named_is_kept_as_it_is() {
        let row = r#" { "a" : [NaN, -Infinity, 123456789012345678901234567890, 0.1000000000000000055, "],}\"" ] , "b": 1.5 } "#;
        let fields = read_row(row, &["a"]).unwrap();
        assert_eq!(fields["a"], r#"[NaN, -Infinity, 123456789012345678901234567890, 0.1000000000000000055, "],}\"" ]"#);
        assert_eq!(fields["b"], 1.5);
        assert!(read_row(row, &[]).unwrap_err().starts_with(r#"field "a": "#));
        assert_eq!(read_row("{}", &["a"]).unwrap(), Map::new());
    }

    #[test]
    fn what_is_no_object_is_an_error() {
        for row in
            ["", "[]", "{", r#"{"a"}"#, r#"{"a":1"#, r#"{"a":1}x"#, r#"{"a":"}"#, "{1:2}", r#"{"a":1,}"#, r#"{"a":}"#]
        {
            assert!(read_row(row, &[]).is_err(), "{row}");
        }
    }

    proptest! {
        #[test]
        fn without_names_it_reads_what_serde_reads(a in ".*", b in any::<f64>(), c in prop::collection::vec(".*", 0..4)) {
            let row = json!({ "a": a, "b": [{ "x": b }], a.clone(): c }).to_string();
            let expected: Map<String, Value> = serde_json::from_str(&row).unwrap();
            prop_assert_eq!(read_row(&row, &[]).unwrap(), expected);
        }

        #[test]
        fn no_text_makes_it_panic(row in ".*", brackets in "[{}\\[\\]\",:\\\\a1 ]*") {
            let _ = read_row(&row, &["a"]);
            let _ = read_row(&brackets, &["a"]);
        }
    }
}
