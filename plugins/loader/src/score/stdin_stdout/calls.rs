use assay_api::{SourceFile, SuiteError, Task};
use serde_json::{Map, Value};

use super::Case;
use crate::score::values::serving;
use crate::score::{Oracle, Questions, ValueTests};

const METHODS: (&str, &str) = ("methods.py", include_str!("python/methods.py"));

/// What the tests are called on record.
const TESTS: &str = "cases";

/// A task whose cases are calls of a function, as LiveCodeBench has them: an argument on each line of the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calls {
    /// The function, or the method of a class `Solution`.
    pub function: String,
}

impl Calls {
    /// The candidate's main program.
    pub const CANDIDATE: &'static str = METHODS.0;

    /// Those of a task; `None` where it has no function at `path`, so that its programs read standard input.
    ///
    /// `path` has names with dots between them, and leads through objects and through texts that hold objects as JSON.
    ///
    /// # Errors
    /// When there is something else than a name, or a text on the way is not JSON.
    pub fn of(task: &Task, path: &str) -> Result<Option<Calls>, SuiteError> {
        let failed = |message: String| SuiteError::Task {
            task_id: task.id.clone(),
            message: format!("`{path}`, which names the function: {message}"),
        };
        match leads_to(&task.fields, path).map_err(|error| failed(error.to_string()))? {
            Value::Null => Ok(None),
            Value::String(function) => Ok(Some(Calls { function })),
            other => Err(failed(format!("{other} is no text"))),
        }
    }

    /// The files that the judge finds for `cases`.
    #[must_use]
    pub fn judges(&self, task: &Task, cases: &[Case]) -> Vec<SourceFile> {
        let texts = |text: fn(&Case) -> &String| cases.iter().map(text).cloned().collect::<Value>().to_string();
        let questions = Questions {
            task_id: task.id.clone(),
            variant: String::new(),
            function: self.function.clone(),
            oracle: Oracle::Livecodebench,
            gold: None,
            absolute: 0.0,
            relative: 0.0,
            tests: vec![ValueTests {
                name: TESTS.into(),
                inputs: texts(|case| &case.input),
                expected: Some(texts(|case| &case.output)),
            }],
        };
        questions.files()
    }

    /// The candidate's main program, where its solution is at `path`.
    #[must_use]
    pub fn candidate(path: &str) -> SourceFile {
        let (main, text) = METHODS;
        SourceFile { path: main.into(), text: serving(text, path) }
    }
}

fn leads_to(fields: &Map<String, Value>, path: &str) -> Result<Value, serde_json::Error> {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    match (fields.get(first).unwrap_or(&Value::Null), rest) {
        (value, None) => Ok(value.clone()),
        (Value::Object(fields), Some(rest)) => leads_to(fields, rest),
        (Value::String(text), Some(rest)) => leads_to(&serde_json::from_str(text)?, rest),
        (_, Some(_)) => Ok(Value::Null),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(fields: Value, path: &str) -> Result<Option<String>, String> {
        let Value::Object(fields) = fields else { panic!("an object") };
        let task = Task { id: "T/0".into(), subset: String::new(), fields };
        let calls = Calls::of(&task, path).map_err(|error| error.to_string())?;
        Ok(calls.map(|calls| calls.function))
    }

    #[test]
    fn the_function_is_named_in_a_field_an_object_or_a_text_with_json() {
        let f = || Ok(Some("f".to_owned()));
        assert_eq!(of(json!({ "name": "f" }), "name"), f());
        assert_eq!(of(json!({ "meta": { "name": "f" } }), "meta.name"), f());
        assert_eq!(of(json!({ "meta": "{\"a\": {\"name\": \"f\"}}" }), "meta.a.name"), f());
    }

    #[test]
    fn a_task_without_a_function_reads_standard_input() {
        for fields in [json!({}), json!({ "meta": "{}" }), json!({ "meta": { "name": null } })] {
            assert_eq!(of(fields, "meta.name"), Ok(None));
        }
    }

    #[test]
    fn what_is_no_name_is_an_error_that_says_where() {
        let error = of(json!({ "meta": "{" }), "meta.name").unwrap_err();
        assert!(error.starts_with("task T/0: `meta.name`, which names the function: EOF"), "{error}");
        assert!(of(json!({ "name": 5 }), "name").unwrap_err().ends_with("5 is no text"));
    }
}
