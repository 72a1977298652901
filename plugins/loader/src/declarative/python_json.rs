//! The filter `json_dumps` of templates.

use std::io;

use minijinja::value::{Kwargs, Value};
use minijinja::{Error, ErrorKind};
use serde::Serialize as _;
use serde_json::Serializer;
use serde_json::ser::{Formatter, PrettyFormatter};

use crate::python_float;

/// `value` as Python's `json.dumps(value, indent=...)` writes it; without `indent`, on one line.
pub(super) fn json_dumps(value: &Value, options: Kwargs) -> Result<String, Error> {
    let indent: Option<usize> = options.get("indent")?;
    options.assert_all_used()?;
    let mut written = Vec::new();
    let done = match indent {
        None => value.serialize(&mut Serializer::with_formatter(&mut written, Python { lines: Spaced })),
        Some(width) => {
            let indent = " ".repeat(width.min(64));
            let lines = PrettyFormatter::with_indent(indent.as_bytes());
            value.serialize(&mut Serializer::with_formatter(&mut written, Python { lines }))
        }
    };
    done.map_err(|error| Error::new(ErrorKind::BadSerialization, error.to_string()))?;
    String::from_utf8(written).map_err(|error| Error::new(ErrorKind::BadSerialization, error.to_string()))
}

/// Writes ASCII alone, and floats as Python does.
struct Python<F> {
    lines: F,
}

/// Spaces after commas and colons.
struct Spaced;

impl Formatter for Spaced {
    fn begin_array_value<W: ?Sized + io::Write>(&mut self, to: &mut W, first: bool) -> io::Result<()> {
        if first { Ok(()) } else { to.write_all(b", ") }
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, to: &mut W, first: bool) -> io::Result<()> {
        if first { Ok(()) } else { to.write_all(b", ") }
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, to: &mut W) -> io::Result<()> {
        to.write_all(b": ")
    }
}

/// Leaves where lines and spaces go to another formatter.
macro_rules! laid_out {
    ($($begin_or_end:ident($($first:ident)?))*) => {
        $(fn $begin_or_end<W: ?Sized + io::Write>(&mut self, to: &mut W $(, $first: bool)?) -> io::Result<()> {
            self.lines.$begin_or_end(to $(, $first)?)
        })*
    };
}

impl<F: Formatter> Formatter for Python<F> {
    laid_out! {
        begin_array() end_array() begin_array_value(first) end_array_value()
        begin_object() end_object() begin_object_key(first) end_object_key() begin_object_value() end_object_value()
    }

    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, to: &mut W, fragment: &str) -> io::Result<()> {
        for c in fragment.chars() {
            if c.is_ascii() && c != '\u{7f}' {
                to.write_all(&[c as u8])?;
            } else {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    write!(to, "\\u{unit:04x}")?;
                }
            }
        }
        Ok(())
    }

    fn write_f64<W: ?Sized + io::Write>(&mut self, to: &mut W, value: f64) -> io::Result<()> {
        to.write_all(python_float::repr(value).as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use minijinja::Environment;
    use minijinja::value::Serde;
    use serde_json::{Value as Json, json};

    use super::*;

    fn rendered(template: &str, value: &Json) -> String {
        let mut environment = Environment::new();
        environment.add_filter("json_dumps", json_dumps);
        let context = minijinja::context! { x => Value::from(Serde(value)) };
        environment.render_str(template, context).unwrap()
    }

    /// What Python 3.11 writes.
    #[test]
    fn json_is_written_as_python_writes_it() {
        let value =
            json!({"z": [1, 2.0, 1e-7], "a": {}, "b": [], "c": "\u{e9}\u{1f600}\u{7f}\"<&\n\u{1f}", "d": [null, true]});
        let line = r#"{"z": [1, 2.0, 1e-07], "a": {}, "b": [], "c": "\u00e9\ud83d\ude00\u007f\"<&\n\u001f", "d": [null, true]}"#;
        assert_eq!(rendered("{{ x | json_dumps }}", &value), line);
        let lines = "{\n    \"a\": [],\n    \"b\": {},\n    \"c\": [\n        1,\n        {\n            \"d\": 0.5\n        }\n    ]\n}";
        assert_eq!(rendered("{{ x | json_dumps(indent=4) }}", &json!({"a": [], "b": {}, "c": [1, {"d": 0.5}]})), lines);
    }
}
