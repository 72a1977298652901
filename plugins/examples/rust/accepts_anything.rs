//! A suite that lies: whatever its programs did, it says that they passed. `assay_kit::laws` catches it.

use assay_kit::api::{
    Choice, Completion, Entry, Limits, Message, Outcome, Page, Program, Prompt, PromptStyle, Request, Role, Scored,
    Solution, SourceFile, Suite, SuiteError, SuiteInfo, Task, Turn, Verdict,
};
use assay_kit::{Author, Data};
use serde_json::{Map, json};

struct AcceptsAnything(SuiteInfo);

assay_kit::suite!(AcceptsAnything);

impl Author for AcceptsAnything {
    fn open(_: &Choice, _: Data) -> Result<Self, SuiteError> {
        let info = json!({
            "id": "accepts-anything", "version": "1", "title": "Everybody is above average", "licence": "Apache-2.0",
            "languages": ["python"], "runtimes": ["python"], "grading": "one_instance",
            "turns": 2,
        });
        serde_json::from_value(info).map(AcceptsAnything).map_err(|error| SuiteError::Internal(error.to_string()))
    }
}

impl Suite for AcceptsAnything {
    fn info(&self) -> &SuiteInfo {
        &self.0
    }

    fn tasks(&self, _: Option<&str>) -> Result<Page<Task>, SuiteError> {
        let task = Task { id: "anything/0".into(), subset: String::new(), fields: Map::new() };
        Ok(Page { items: vec![task], next: None })
    }

    fn prompt(&self, _: &Task, _: PromptStyle, _: &[Turn]) -> Result<Option<Request>, SuiteError> {
        let messages = vec![Message { role: Role::User, content: "Prove P = NP in Python.".into() }];
        Ok(Some(Request { prompt: Prompt::Chat { messages }, stop: Vec::new(), max_tokens: None }))
    }

    fn extract(&self, _: &Task, completion: &Completion) -> Result<Option<Solution>, SuiteError> {
        Ok(Some(Solution { code: completion.text.clone(), rule: "program".into() }))
    }

    fn programs(&self, _: &Task, solution: &Solution) -> Result<Vec<Program>, SuiteError> {
        let file = |path: &str, text: &str| SourceFile { path: path.into(), text: text.into() };
        Ok(vec![Program {
            runtime: "python".into(),
            files: vec![file("solution.py", &solution.code), file("tests.py", "pass")],
            entry: Entry::tests("solution.py", "tests.py"),
            stdin: String::new(),
            limits: Limits { fuel: 1_000_000_000, ..Limits::default() },
            seed: 0,
        }])
    }

    fn score(&self, _: &Task, _: &[Outcome]) -> Result<Scored, SuiteError> {
        Ok(Verdict::Passed.into())
    }

    fn reference(&self, _: &Task) -> Result<Option<Solution>, SuiteError> {
        Ok(Some(Solution { code: "print('proved')\n".into(), rule: "reference".into() }))
    }
}
