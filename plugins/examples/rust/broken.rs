//! Broken on purpose: it panics, says that it is something else, or gives what it must not, by the task it is asked about.

use assay_kit::api::{
    Choice, Completion, Entry, Limits, Outcome, Page, Program, PromptStyle, Request, Scored, Solution, SourceFile,
    Suite, SuiteError, SuiteInfo, Task, Turn, Verdict,
};
use assay_kit::{Author, Data};
use serde_json::{Map, json};

struct Broken(SuiteInfo);

assay_kit::suite!(Broken);

impl Author for Broken {
    fn open(_: &Choice, _: Data) -> Result<Self, SuiteError> {
        let info = json!({
            "id": "broken", "version": "1", "title": "Broken on purpose", "licence": "Apache-2.0",
            "languages": ["python"], "runtimes": ["python"], "grading": "one_instance",
        });
        serde_json::from_value(info).map(Broken).map_err(|error| SuiteError::Internal(error.to_string()))
    }
}

impl Suite for Broken {
    fn info(&self) -> &SuiteInfo {
        &self.0
    }

    /// Pages that never end.
    fn tasks(&self, _: Option<&str>) -> Result<Page<Task>, SuiteError> {
        let task = Task { id: "broken/0".into(), subset: String::new(), fields: Map::new() };
        Ok(Page { items: vec![task], next: Some("again".into()) })
    }

    fn prompt(&self, task: &Task, _: PromptStyle, _: &[Turn]) -> Result<Option<Request>, SuiteError> {
        panic!("the prompt of {} is too hard for me", task.id)
    }

    fn extract(&self, task: &Task, _: &Completion) -> Result<Option<Solution>, SuiteError> {
        Err(SuiteError::Task { task_id: task.id.clone(), message: "no such luck".into() })
    }

    /// A file outside of the working directory.
    fn programs(&self, _: &Task, solution: &Solution) -> Result<Vec<Program>, SuiteError> {
        let path = "../../etc/passwd".to_owned();
        let file = SourceFile { path: path.clone(), text: solution.code.clone() };
        let (entry, limits) = (Entry::script(path), Limits::default());
        Ok(vec![Program { runtime: "python".into(), files: vec![file], entry, stdin: String::new(), limits, seed: 0 }])
    }

    fn score(&self, _: &Task, outcomes: &[Outcome]) -> Result<Scored, SuiteError> {
        let _ = &outcomes[7];
        Ok(Verdict::Passed.into())
    }

    fn reference(&self, _: &Task) -> Result<Option<Solution>, SuiteError> {
        Err(SuiteError::Unsupported("no gold answers".into()))
    }
}
