use std::sync::Arc;

use assay_api::{
    Completion, Outcome, Page, Program, PromptStyle, Request, Scored, Solution, Suite, SuiteError, SuiteInfo, Task,
    Turn, Verdict,
};
use minijinja::Value;
use minijinja::value::Serde;

use super::data::Loaded;
use super::manifest::{REFERENCE, SOLUTION, path_template};
use super::path::is_inside;
use super::scoring::ScoreTable;
use super::{Choice, DataSource, Folder, LoadError, Manifest, data, prompts};
use crate::{extract, score};

/// How many tasks a page has.
const PAGE: usize = 256;

/// The rule that reports show for a gold answer.
const REFERENCE_RULE: &str = "reference";

/// A suite that is a folder with a `suite.toml`.
pub struct DeclarativeSuite {
    pub(super) manifest: Manifest,
    tasks: Vec<Task>,
    /// The tasks that are examples in prompts, by id, as templates see them.
    pub(super) shots: Vec<(String, Value)>,
    pub(super) cases: score::Cases,
}

impl DeclarativeSuite {
    /// Reads the manifest in `folder` and the data it names for what is chosen, from `data` or, where it is embedded,
    /// from `folder`.
    ///
    /// # Errors
    /// When a file is missing, malformed, or not what the manifest pins, or when there is no such choice.
    pub fn load(folder: &dyn Folder, data: &dyn DataSource, choice: &Choice) -> Result<DeclarativeSuite, LoadError> {
        let mut manifest = Manifest::load(folder, choice)?;
        let Loaded { mut tasks, cases, unpinned } = data::load_tasks(&manifest, folder, data)?;
        manifest.add_digests(&unpinned);
        let shots = prompts::shots(&manifest, &tasks)?;
        data::keep_between(&manifest, &mut tasks)?;
        Ok(DeclarativeSuite { manifest, tasks, shots, cases })
    }

    /// What a template sees: the fields that the manifest declares, and the candidate's code.
    pub(super) fn context(&self, task: &Task, solution: Option<&str>) -> Value {
        let solution = solution.map(|code| (SOLUTION, Value::from(code)));
        Value::from_pairs(fields(&self.manifest, task).chain(solution))
    }

    /// What the runtime lacks for this task, as the manifest says.
    fn lack(&self, task: &Task) -> Option<&str> {
        let lists = &self.manifest.tables.task.unsupported;
        lists.iter().find(|list| list.tasks.contains(&task.id)).map(|list| list.what.as_str())
    }

    /// The test cases each of which is a program's standard input; `None` where tasks are not judged so.
    pub(super) fn stdin_cases(&self, task: &Task) -> Result<Option<Arc<[score::Case]>>, SuiteError> {
        match self.manifest.tables.score.as_ref() {
            ScoreTable::StdinStdout { cases, .. } if self.calls(task)?.is_none() => {
                self.cases.of(task, cases).map(Some)
            }
            _ => Ok(None),
        }
    }

    pub(super) fn is_in_one_instance(&self, task: &Task) -> bool {
        self.manifest.tables.score.as_ref().is_in_one_instance(&task.id)
    }

    pub(super) fn render(&self, name: &str, task: &Task, context: &Value) -> Result<String, SuiteError> {
        self.manifest.templates.render(name, task, context)
    }

    /// What the manifest's path `path`, a template, is for this task.
    pub(super) fn path(&self, path: &str, task: &Task, context: &Value) -> Result<String, SuiteError> {
        let rendered = self.render(&path_template(path), task, context)?;
        if is_inside(&rendered) {
            return Ok(rendered);
        }
        let message = format!("{rendered:?} is not a path inside the working directory");
        Err(SuiteError::Template { template: path.to_owned(), task_id: task.id.clone(), message })
    }
}

impl Suite for DeclarativeSuite {
    fn info(&self) -> &SuiteInfo {
        self.manifest.info()
    }

    fn tasks(&self, cursor: Option<&str>) -> Result<Page<Task>, SuiteError> {
        let start: usize = match cursor {
            None => 0,
            Some(text) => text.parse().map_err(|_| SuiteError::Internal(format!("no page has the cursor {text:?}")))?,
        };
        let rest = self.tasks.get(start..).unwrap_or_default();
        let items = rest[..rest.len().min(PAGE)].to_vec();
        let next = (rest.len() > PAGE).then(|| (start + PAGE).to_string());
        Ok(Page { items, next })
    }

    fn prompt(&self, task: &Task, style: PromptStyle, turns: &[Turn]) -> Result<Option<Request>, SuiteError> {
        self.request(task, style, turns)
    }

    fn extract(&self, task: &Task, completion: &Completion) -> Result<Option<Solution>, SuiteError> {
        self.solution(task, completion)
    }

    fn programs(&self, task: &Task, solution: &Solution) -> Result<Vec<Program>, SuiteError> {
        self.programs_of(task, solution)
    }

    fn score(&self, task: &Task, outcomes: &[Outcome]) -> Result<Scored, SuiteError> {
        let mut scored: Scored = match self.manifest.tables.score.as_ref() {
            ScoreTable::TestsOneInstance { silent } => score::tests_one_instance(task, outcomes, *silent)?.into(),
            ScoreTable::ExitCode { silent } => score::exit_code(task, outcomes, *silent)?.into(),
            ScoreTable::TestsTwoInstances { .. } if self.is_in_one_instance(task) => {
                score::tests_one_instance(task, outcomes, false)?.into()
            }
            ScoreTable::TestsTwoInstances { .. } => score::judged(task, outcomes, std::iter::empty())?,
            ScoreTable::StdinStdout { .. } => match self.stdin_cases(task)? {
                Some(cases) => score::stdin_stdout(task, &cases, outcomes)?.into(),
                None => score::judged(task, outcomes, std::iter::empty())?,
            },
            ScoreTable::Values(values) => score::judged(task, outcomes, values.metrics())?,
            ScoreTable::Exact(_)
            | ScoreTable::Regex(_)
            | ScoreTable::Choice(_)
            | ScoreTable::Instructions(_)
            | ScoreTable::CallMatch(_) => {
                return Err(SuiteError::Internal(format!("task {}: its answers are judged by their text", task.id)));
            }
        };
        // Of a task whose gold answer fails for what the runtime lacks, a failure says nothing; a pass does.
        if let (Verdict::Failed(_), Some(what)) = (&scored.verdict, self.lack(task)) {
            scored.verdict = Verdict::Unsupported { what: what.to_owned() };
        }
        Ok(scored)
    }

    fn is_decided(&self, task: &Task, outcomes: &[Outcome]) -> Result<bool, SuiteError> {
        // Elsewhere the one program decides.
        let cases = self.stdin_cases(task)?;
        Ok(cases.is_some_and(|cases| score::stdin_stdout_is_decided(&cases, outcomes)))
    }

    fn text_verdict(&self, task: &Task, solution: &Solution) -> Result<Option<Scored>, SuiteError> {
        if solution.rule == extract::Rule::Unapplied.name() {
            return Ok(Some(score::unapplied(&solution.code).into()));
        }
        self.of_text(task, &solution.code)
    }

    fn reference(&self, task: &Task) -> Result<Option<Solution>, SuiteError> {
        let code = match self.manifest.tables.reference {
            None => self.text_gold(task)?,
            Some(_) => Some(self.render(REFERENCE, task, &self.context(task, None))?),
        };
        Ok(code.map(|code| Solution { code, rule: REFERENCE_RULE.into() }))
    }
}

/// The fields that the manifest declares, as templates see them.
pub(super) fn fields<'a>(manifest: &'a Manifest, task: &'a Task) -> impl Iterator<Item = (&'a str, Value)> {
    let names = manifest.tables.task.fields().map(|name| name.as_ref().as_str());
    names.filter_map(|name| Some((name, Value::from(Serde(task.fields.get(name)?)))))
}

pub(super) fn text<'a>(task: &'a Task, name: &str) -> Result<&'a str, SuiteError> {
    task.text(name).ok_or_else(|| SuiteError::Task {
        task_id: task.id.clone(),
        message: format!("field `{name}` is missing or not text"),
    })
}
