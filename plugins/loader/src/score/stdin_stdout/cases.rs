use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use assay_api::{SuiteError, Task};
use serde::Deserialize;
use serde_json::Value;

use super::packed;

/// How many tasks' cases are kept unpacked: more than are judged at a time, as a rule.
const KEPT: usize = 32;

/// A test case: what goes in, and what must come out.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Case {
    /// The standard input.
    pub input: String,
    /// What the standard output must be.
    pub output: String,
}

/// The test cases of a suite's tasks, unpacked when they are needed: LiveCodeBench's are gigabytes.
#[derive(Debug, Default)]
pub struct Cases {
    /// What was taken out of tasks, by their ids: the fields with their deflated pickles.
    taken: HashMap<String, Vec<(String, Vec<u8>)>>,
    /// The cases of the tasks asked for last, the latest at the back.
    recent: Mutex<VecDeque<(String, Arc<[Case]>)>>,
}

impl Cases {
    /// Takes the packed cases in `fields` out of a task, whose other readers have no use for them: a suite's tasks are copied
    /// here and there.
    ///
    /// # Errors
    /// When text is neither packed nor an array.
    pub fn take(&mut self, task: &mut Task, fields: &[String]) -> Result<(), String> {
        for field in fields {
            if let Some(packed) = task.text(field).filter(|text| !is_array(text)) {
                let deflated = packed::deflated(packed).map_err(|message| format!("field `{field}`: {message}"))?;
                task.fields.remove(field);
                self.taken.entry(task.id.clone()).or_default().push((field.clone(), deflated));
            }
        }
        Ok(())
    }

    /// The cases in the task's `fields`, one field after the other.
    ///
    /// A field is an array of objects with `input` and `output`; or text that holds such an array as JSON, or packed as
    /// LiveCodeBench does it: JSON, pickled as one string, deflated with zlib's header, in base64.
    ///
    /// # Errors
    /// When a field is none of that, or there is no case at all.
    pub fn of(&self, task: &Task, fields: &[String]) -> Result<Arc<[Case]>, SuiteError> {
        // What is kept is whole whenever the lock is free.
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, cases)) = recent.iter().find(|(id, _)| *id == task.id) {
            return Ok(Arc::clone(cases));
        }
        let cases: Arc<[Case]> = self.read(task, fields)?.into();
        if recent.len() == KEPT {
            recent.pop_front();
        }
        recent.push_back((task.id.clone(), Arc::clone(&cases)));
        Ok(cases)
    }

    fn read(&self, task: &Task, fields: &[String]) -> Result<Vec<Case>, SuiteError> {
        let taken = self.taken.get(&task.id);
        let mut cases = Vec::new();
        for field in fields {
            let failed = |message: String| SuiteError::Task {
                task_id: task.id.clone(),
                message: format!("field `{field}`: {message}"),
            };
            let taken = taken.and_then(|taken| taken.iter().find(|(name, _)| name == field));
            let parsed = match (taken, task.fields.get(field)) {
                (Some((_, deflated)), _) => packed::unpack(deflated).and_then(|text| parse(&text)),
                (None, None | Some(Value::Null)) => continue,
                (None, Some(Value::String(text))) if is_array(text) => parse(text),
                (None, Some(Value::String(text))) => {
                    packed::deflated(text).and_then(|deflated| packed::unpack(&deflated)).and_then(|text| parse(&text))
                }
                (None, Some(value)) => Vec::<Case>::deserialize(value).map_err(|error| error.to_string()),
            };
            cases.extend(parsed.map_err(failed)?);
        }
        if cases.is_empty() {
            return Err(SuiteError::Task { task_id: task.id.clone(), message: "there is no test case".into() });
        }
        Ok(cases)
    }
}

fn is_array(text: &str) -> bool {
    text.trim_start().starts_with('[')
}

fn parse(text: &str) -> Result<Vec<Case>, String> {
    serde_json::from_str(text).map_err(|error| format!("not an array of test cases: {error}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn task(fields: Value) -> Task {
        let Value::Object(fields) = fields else { panic!("an object") };
        Task { id: "T/0".into(), subset: String::new(), fields }
    }

    fn of(fields: Value) -> Result<Vec<(String, String)>, String> {
        let names = ["public".to_owned(), "private".to_owned()];
        let cases = Cases::default().of(&task(fields), &names).map_err(|error| error.to_string())?;
        Ok(cases.iter().map(|case| (case.input.clone(), case.output.clone())).collect())
    }

    fn case(input: &str, output: &str) -> (String, String) {
        (input.into(), output.into())
    }

    #[test]
    fn cases_are_read_from_arrays_and_from_text_in_the_order_of_the_fields() {
        let public = json!([{ "input": "1", "output": "2", "testtype": "stdin" }]);
        let private = r#"[{"input": "3", "output": "4"}, {"input": "5\n", "output": "6"}]"#;
        let expected = vec![case("1", "2"), case("3", "4"), case("5\n", "6")];
        assert_eq!(of(json!({ "public": public, "private": private })), Ok(expected.clone()));
        assert_eq!(of(json!({ "public": public.to_string(), "private": null })), Ok(expected[..1].to_vec()));
    }

    /// `base64.b64encode(zlib.compress(pickle.dumps(json.dumps([{"input": "6\n", "output": "YES", "testtype": "stdin"}]))))`
    #[test]
    fn cases_are_unpacked_as_livecodebench_packs_them() {
        let packed = "eJxrYJlqwwABPRbR1UqZeQWlJUpWCkpmMXlKOgpK+aUlUIFI12CQQElqcUlJZUEqSKi4JCUzT6k2dooeAJT9FEA=";
        assert_eq!(of(json!({ "private": packed })), Ok(vec![case("6\n", "YES")]));
    }

    #[test]
    fn packed_cases_that_were_taken_out_of_a_task_are_its_cases_still() {
        let packed = "eJxrYJlqwwABPRbR1UqZeQWlJUpWCkpmMXlKOgpK+aUlUIFI12CQQElqcUlJZUEqSKi4JCUzT6k2dooeAJT9FEA=";
        let mut task = task(json!({ "public": "[{\"input\": \"1\", \"output\": \"2\"}]", "private": packed }));
        let names = ["public".to_owned(), "private".to_owned()];
        let mut cases = Cases::default();
        cases.take(&mut task, &names).unwrap();
        assert_eq!((task.text("public").is_some(), task.text("private")), (true, None));
        let found = cases.of(&task, &names).unwrap();
        assert_eq!(found.iter().map(|case| case.output.as_str()).collect::<Vec<_>>(), ["2", "YES"]);
        task.fields.insert("private".into(), "?".into());
        assert_eq!(
            cases.take(&mut task, &names).unwrap_err(),
            "field `private`: not base64: Invalid symbol 63, offset 0."
        );
    }

    #[test]
    fn what_is_no_case_is_an_error_that_names_the_task_and_the_field() {
        let error = |fields| of(fields).unwrap_err();
        assert_eq!(error(json!({ "public": [] })), "task T/0: there is no test case");
        assert!(
            error(json!({ "public": [{ "input": "1" }] }))
                .starts_with("task T/0: field `public`: missing field `output`")
        );
        assert!(error(json!({ "public": "nonsense" })).starts_with("task T/0: field `public`: "));
    }

    #[test]
    fn many_tasks_take_turns_in_what_is_kept() {
        let cases = Cases::default();
        let names = ["public".to_owned()];
        for round in 0..2 {
            for n in 0..40 {
                let mut task = task(json!({ "public": [{ "input": n.to_string(), "output": "" }] }));
                task.id = format!("T/{n}");
                assert_eq!(cases.of(&task, &names).unwrap()[0].input, n.to_string(), "round {round}");
            }
        }
        assert_eq!(cases.recent.lock().unwrap().len(), KEPT);
    }
}
