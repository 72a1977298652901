use assay_api::{
    Completion, Entry, Message, Outcome, Page, Program, Prompt, PromptStyle, Request, Solution, SourceFile, Suite,
    SuiteError, SuiteInfo, Task, Turn, Verdict,
};
use minijinja::Value;
use minijinja::value::Serde;

use super::manifest::{COMPLETION, REFERENCE, SOLUTION, STDIN, chat_template, file_template};
use super::tables::{EntryTable, ExtractTable, ScoreTable};
use super::{DataSource, Folder, LoadError, Manifest, data};
use crate::{extract, score};

/// How many tasks a page has.
const PAGE: usize = 256;

/// The rule that reports show for a gold answer.
const REFERENCE_RULE: &str = "reference";

/// A suite that is a folder with a `suite.toml`.
pub struct DeclarativeSuite {
    manifest: Manifest,
    tasks: Vec<Task>,
}

impl DeclarativeSuite {
    /// Reads the manifest in `folder` and the data it names, from `data` or, where it is embedded, from `folder`.
    ///
    /// # Errors
    /// When a file is missing, malformed, or not what the manifest pins.
    pub fn load(folder: &dyn Folder, data: &dyn DataSource) -> Result<DeclarativeSuite, LoadError> {
        let manifest = Manifest::load(folder)?;
        let tasks = data::load_tasks(&manifest, folder, data)?;
        Ok(DeclarativeSuite { manifest, tasks })
    }

    /// What a template sees: the fields that the manifest declares, and the candidate's code.
    fn context(&self, task: &Task, solution: Option<&str>) -> Value {
        let table = &self.manifest.tables.task;
        let names = table.required.iter().chain(&table.optional).map(|name| name.as_ref().as_str());
        let fields = names.filter_map(|name| Some((name, Value::from(Serde(task.fields.get(name)?)))));
        Value::from_pairs(fields.chain(solution.map(|code| (SOLUTION, Value::from(code)))))
    }

    fn render(&self, name: &str, task: &Task, context: &Value) -> Result<String, SuiteError> {
        self.manifest.templates.render(name, task, context)
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
        if !turns.is_empty() {
            return Ok(None);
        }
        let table = self.manifest.tables.prompt.as_ref();
        let context = self.context(task, None);
        let (prompt, stop) = match (style, &table.chat, &table.completion) {
            (PromptStyle::Chat, Some(chat), _) => {
                let messages = chat.messages.iter().enumerate().map(|(index, message)| {
                    let content = self.render(&chat_template(index), task, &context)?;
                    Ok(Message { role: message.role, content })
                });
                (Prompt::Chat { messages: messages.collect::<Result<_, SuiteError>>()? }, &chat.stop)
            }
            (PromptStyle::Completion, _, Some(completion)) => {
                (Prompt::Text { text: self.render(COMPLETION, task, &context)? }, &completion.stop)
            }
            (PromptStyle::Chat, None, _) => return Err(SuiteError::Unsupported("no prompt for chat models".into())),
            (PromptStyle::Completion, _, None) => {
                return Err(SuiteError::Unsupported("no prompt for the completions API".into()));
            }
        };
        Ok(Some(Request { prompt, stop: stop.clone(), max_tokens: table.max_tokens }))
    }

    fn extract(&self, task: &Task, completion: &Completion) -> Result<Option<Solution>, SuiteError> {
        let ExtractTable::PythonFunction { prompt, entry_point } = &self.manifest.tables.extract;
        Ok(extract::python_function(text(task, prompt)?, text(task, entry_point)?, completion))
    }

    fn programs(&self, task: &Task, solution: &Solution) -> Result<Vec<Program>, SuiteError> {
        let table = &self.manifest.tables.program;
        let context = self.context(task, Some(&solution.code));
        let files = table.files.keys().map(|path| {
            let text = self.render(&file_template(path.as_ref()), task, &context)?;
            Ok(SourceFile { path: path.as_ref().clone(), text })
        });
        let program = Program {
            runtime: table.runtime.clone(),
            files: files.collect::<Result<_, SuiteError>>()?,
            entry: entry(table.entry.as_ref()),
            stdin: match &table.stdin {
                Some(_) => self.render(STDIN, task, &self.context(task, None))?,
                None => String::new(),
            },
            limits: self.manifest.limits.clone(),
            seed: 0,
        };
        Ok(vec![program])
    }

    fn score(&self, task: &Task, outcomes: &[Outcome]) -> Result<Verdict, SuiteError> {
        match self.manifest.tables.score {
            ScoreTable::TestsOneInstance {} => score::tests_one_instance(task, outcomes),
        }
    }

    fn reference(&self, task: &Task) -> Result<Option<Solution>, SuiteError> {
        if self.manifest.tables.reference.is_none() {
            return Ok(None);
        }
        let code = self.render(REFERENCE, task, &self.context(task, None))?;
        Ok(Some(Solution { code, rule: REFERENCE_RULE.into() }))
    }
}

fn text<'a>(task: &'a Task, name: &str) -> Result<&'a str, SuiteError> {
    task.text(name).ok_or_else(|| SuiteError::Task {
        task_id: task.id.clone(),
        message: format!("field `{name}` is missing or not text"),
    })
}

fn entry(table: &EntryTable) -> Entry {
    match table {
        EntryTable::Script { path } => Entry::Script { path: path.clone() },
        EntryTable::Tests { solution, tests } => Entry::Tests { solution: solution.clone(), tests: tests.clone() },
    }
}
